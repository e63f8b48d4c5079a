#include "snapshot/snapshot_step.hpp"

#include <fmt/format.h>

#include "archive/archive_writer.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/units.hpp"
#include "core/worker_pool.hpp"
#include "lifecycle/archive_row.hpp"
#include "resources/run_works.hpp"
#include "snapshot/release.hpp"
#include "stage/fresh_server.hpp"
#include "stage/site.hpp"

namespace snapshot {

namespace {

archive::Manifest describe(stage::Stage& stage, const std::string& backup_id) {
  const auto operation = stage.session().operation();
  archive::Manifest manifest;
  manifest.backup_id = backup_id;
  manifest.environment = stage.environment().name;
  manifest.kind = operation.kind == state::Kind::kRestore ? "safety" : "backup";
  manifest.description = operation.description;
  manifest.created_at = core::to_iso8601(core::system_clock().now_ms());
  manifest.tool_version = TOOL_VERSION;
  manifest.operation_id = operation.id;
  manifest.requested_by = operation.requested_by;
  return manifest;
}

void put_environment(stage::Stage& stage, archive::ArchiveWriter& writer) {
  writer.put({"environment.json", "", std::nullopt, json::Value::object()},
             archive::encode_plain(json::dump_pretty(stage.environment().document)));
}

// All at once: the cuts then show nearly one moment, and users wait for the slowest only.
resources::Works open_all(stage::Stage& stage, archive::ArchiveWriter& writer,
                          const std::map<std::string, std::string>& missing) {
  resources::Works works;
  std::vector<core::Job> jobs;
  for (const auto& name : stage.configured())
    if (missing.count(name) == 0)
      jobs.emplace_back([&stage, &writer, &resource = stage.resource(name), &work = works[name]] {
        work = resource.open(writer, stage.context());
      });
  const std::size_t all = jobs.size();
  core::run_all(std::move(jobs), all, stage.cancel());
  return works;
}

archive::FinishedArchive capture(stage::Stage& stage, archive::Manifest manifest) {
  const auto missing = stage.session().operation().allow_missing;
  archive::ArchiveWriter writer(stage.environment().archive_folder, manifest.backup_id);
  put_environment(stage, writer);
  auto works = open_all(stage, writer, missing);
  auto details = resources::run_works(works, stage.workers(), stage.context(), window_of(stage));
  for (const auto& name : stage.configured()) {
    archive::ResourceEntry entry;
    entry.name = name;
    if (const auto found = missing.find(name); found != missing.end())
      entry.absent = found->second;
    else
      entry.detail = std::move(details.at(name));
    manifest.resources.push_back(std::move(entry));
  }
  stage.context().lease.check();
  return writer.finish(std::move(manifest));
}

void keep(stage::Stage& stage, const std::string& backup_id,
          const archive::FinishedArchive& finished) {
  const archive::ArchiveReader reader(finished.path, finished.manifest_sha256);
  const auto row =
      lifecycle::archive_row(reader.manifest(), reader.manifest_sha256(), reader.size_bytes());
  stage.session().complete_archive(row);
  core::log_info(
      fmt::format("archive {} is complete: {}", backup_id, core::human_bytes(finished.size_bytes)));
  stage.result().set("size_bytes", finished.size_bytes);
}

void take(stage::Stage& stage, const std::string& backup_id) {
  try {
    keep(stage, backup_id, capture(stage, describe(stage, backup_id)));
  } catch (const std::exception& error) {
    stage.session().fail_archive(backup_id, error.what());
    throw;
  }
}

void run(stage::Stage& stage) {
  stage::require_maintenance(stage);
  if (const auto reused = stage.session().reusable_safety()) {
    stage.result().set("backup_id", *reused);
    core::log_info(
        fmt::format("the safety archive {} of the interrupted restore is used again", *reused));
    return;
  }
  if (const auto reason = stage.session().may_go_without_safety(); !reason.empty()) {
    stage::require_fresh_server(stage);
    stage.session().record_no_safety(reason);
    core::log_info("nothing is here that a safety archive could hold: " + reason);
    return;
  }
  const std::string backup_id = stage.session().begin_archive();
  stage.result().set("backup_id", backup_id);
  core::log_info(fmt::format("archive {} begins", backup_id));
  take(stage, backup_id);
}

}  // namespace

cli::Step step() {
  return {"snapshot",
          "makes one archive of the whole environment, as of one cut.",
          {},
          {},
          [](cli::Call& call) { stage::run(call, "snapshot", run); }};
}

}  // namespace snapshot
