#include "snapshot/snapshot_step.hpp"

#include <fmt/format.h>

#include "acting/fresh_server.hpp"
#include "acting/site.hpp"
#include "archive/archive_writer.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/units.hpp"
#include "core/worker_pool.hpp"
#include "lifecycle/archive_row.hpp"
#include "resources/run_works.hpp"
#include "snapshot/release.hpp"

namespace snapshot {

namespace {

archive::Manifest describe(acting::Frame& frame, const std::string& backup_id) {
  const auto operation = frame.session().operation();
  archive::Manifest manifest;
  manifest.backup_id = backup_id;
  manifest.environment = frame.environment().name;
  manifest.kind = operation.kind == state::Kind::kRestore ? "safety" : "backup";
  manifest.description = operation.description;
  manifest.created_at = core::to_iso8601(core::system_clock().now_ms());
  manifest.tool_version = TOOL_VERSION;
  manifest.operation_id = operation.id;
  manifest.requested_by = operation.requested_by;
  return manifest;
}

void put_environment(acting::Frame& frame, archive::ArchiveWriter& writer) {
  writer.put({"environment.json", "", std::nullopt, json::Value::object()},
             archive::encode_plain(json::dump_pretty(frame.environment().document)));
}

// All at once: the cuts then show nearly one moment, and users wait for the slowest only.
resources::Works open_all(acting::Frame& frame, archive::ArchiveWriter& writer,
                          const std::map<std::string, std::string>& missing) {
  resources::Works works;
  std::vector<core::Job> jobs;
  for (const auto& name : frame.configured())
    if (missing.count(name) == 0)
      jobs.emplace_back([&frame, &writer, &resource = frame.resource(name), &work = works[name]] {
        work = resource.open(writer, frame.context());
      });
  const std::size_t all = jobs.size();
  core::run_all(std::move(jobs), all, frame.cancel());
  return works;
}

archive::FinishedArchive capture(acting::Frame& frame, archive::Manifest manifest) {
  const auto missing = frame.session().operation().allow_missing;
  archive::ArchiveWriter writer(frame.environment().archive_folder, manifest.backup_id);
  put_environment(frame, writer);
  auto works = open_all(frame, writer, missing);
  auto details = resources::run_works(works, frame.workers(), frame.context(), window_of(frame));
  for (const auto& name : frame.configured()) {
    archive::ResourceEntry entry;
    entry.name = name;
    if (const auto found = missing.find(name); found != missing.end())
      entry.absent = found->second;
    else
      entry.detail = std::move(details.at(name));
    manifest.resources.push_back(std::move(entry));
  }
  frame.context().lease.check();
  return writer.finish(std::move(manifest));
}

void keep(acting::Frame& frame, const std::string& backup_id,
          const archive::FinishedArchive& finished) {
  const archive::ArchiveReader reader(finished.path, finished.manifest_sha256);
  const auto row =
      lifecycle::archive_row(reader.manifest(), reader.manifest_sha256(), reader.size_bytes());
  frame.session().complete_archive(row);
  core::log_info(
      fmt::format("archive {} is complete: {}", backup_id, core::human_bytes(finished.size_bytes)));
  frame.result().set("size_bytes", finished.size_bytes);
}

void take(acting::Frame& frame, const std::string& backup_id) {
  try {
    keep(frame, backup_id, capture(frame, describe(frame, backup_id)));
  } catch (const std::exception& error) {
    frame.session().fail_archive(backup_id, error.what());
    throw;
  }
}

void run(acting::Frame& frame) {
  acting::require_maintenance(frame);
  if (const auto reused = frame.session().reusable_safety()) {
    frame.result().set("backup_id", *reused);
    core::log_info(
        fmt::format("the safety archive {} of the interrupted restore is used again", *reused));
    return;
  }
  if (const auto reason = frame.session().may_go_without_safety(); !reason.empty()) {
    acting::require_fresh_server(frame);
    frame.session().record_no_safety(reason);
    core::log_info("nothing is here that a safety archive could hold: " + reason);
    return;
  }
  const std::string backup_id = frame.session().begin_archive();
  frame.result().set("backup_id", backup_id);
  core::log_info(fmt::format("archive {} begins", backup_id));
  take(frame, backup_id);
}

}  // namespace

cli::Step step() {
  return {"snapshot",
          "makes one archive of the whole environment, as of one cut.",
          {},
          {},
          [](cli::Call& call) { acting::run(call, "snapshot", run); }};
}

}  // namespace snapshot
