#include "verify/verify_step.hpp"

#include <fmt/format.h>

#include "acting/frame.hpp"
#include "acting/report.hpp"
#include "archive/archive_reader.hpp"
#include "archive/sidecar.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/log.hpp"
#include "publish/publisher.hpp"
#include "session/unbound.hpp"
#include "state/catalogue/catalogue.hpp"
#include "state/catalogue/verification.hpp"
#include "verify/all.hpp"
#include "verify/check.hpp"

namespace verify {

namespace {

// What the build keeps of it: the manifest, and whether the archive is whole.
std::optional<std::string> find_and_report(const cli::Options& options,
                                           const environment::Environment& environment,
                                           const state::ArchiveRecord& record,
                                           core::Context& context) {
  auto damage = find_damage(environment, record, context);
  if (!damage) acting::keep_manifest(options, environment.archive_folder, record.backup_id);
  acting::write_junit(options, "verify", record.backup_id,
                      {{fmt::format("archive {} agrees with its manifest", record.backup_id),
                        damage.value_or("")}});
  return damage;
}

std::string wanted(acting::Frame& frame, const std::string& which) {
  const auto operation = frame.session().operation();
  std::string id = which == "target" ? operation.target_archive : operation.snapshot_archive;
  if (id.empty())
    throw core::Error(
        core::ExitCode::kPrecondition, fmt::format("this operation has no {} archive", which),
        which == "target" ? "only a restore has one" : "run the stage Snapshot first");
  return id;
}

// Of a closed environment whose only safety archive is lost, by a reason that a person typed.
bool may_do_without(acting::Frame& frame, const std::string& which) {
  const auto operation = frame.session().operation();
  return which == "snapshot" && operation.safety_inherited && !operation.accept_no_safety.empty() &&
         frame.session().environment().closed();
}

void within_operation(acting::Frame& frame) {
  const std::string which = frame.options().require("which");
  if (which != "target" && which != "snapshot")
    throw core::Error(core::ExitCode::kUsage, fmt::format("--which cannot be '{}'", which),
                      "target, snapshot or named");
  if (which == "snapshot" && frame.session().operation().no_safety) {
    core::log_warning("this restore goes on without a safety archive: nothing to verify");
    return;
  }
  const std::string id = wanted(frame, which);
  frame.result().set("backup_id", id);
  const auto damage = find_and_report(frame.options(), frame.environment(),
                                      frame.session().archive(id), frame.context());
  if (!damage) return frame.session().record_verified(id);
  frame.session().record_damage(id, *damage);
  if (!may_do_without(frame, which)) throw_damaged(id, *damage);
  frame.session().record_no_safety(frame.session().operation().accept_no_safety);
  core::log_warning(fmt::format(
      "safety archive {} is damaged, and AcceptNoSafety says to go on: {}", id, *damage));
}

// Any archive of the catalogue at any time, also while an operation runs.
void by_id(cli::Call& call, const std::string& id) {
  const auto environment = acting::load_environment(call.options);
  state::StateFile file({environment.state_file(), environment.name, "", ""},
                        state::OpenMode::kExisting);
  session::Unbound unbound(call.cancel, environment.memory_bytes);
  call.result.set("backup_id", id);
  const publish::AfterChange afterwards(environment);
  const auto record = state::get_archive(file, id);
  const bool counts = state::has_file(record);
  const auto damage = find_and_report(call.options, environment, record, unbound.context());
  if (damage && counts) state::note_damaged(file, id, *damage);
  if (damage) throw_damaged(id, *damage);
  if (counts) return state::note_verified(file, id);
  core::log_warning(
      fmt::format("{} is whole, but was never recorded as complete: it does not count; "
                  "`catalogue rebuild` takes it in",
                  id));
}

// For a catalogue that is being rebuilt: the copy of the manifest beside an archive, made anew from
// the archive. Needs no state file.
void copy_manifest(cli::Call& call, const std::string& id) {
  const auto environment = acting::load_environment(call.options);
  const archive::ArchiveReader reader(environment.archive_path(id));
  const auto& manifest = reader.manifest();
  archive::write_sidecar(
      environment.archive_folder,
      {id, manifest.kind, std::nullopt, reader.manifest_sha256(), reader.size_bytes(), manifest},
      json::dump(archive::to_json(manifest)));
}

// BackupId is a parameter of the job: what was typed, or nothing.
std::string named(const cli::Options& options) {
  const std::string id = options.get("backup-id");
  if (core::is_backup_id(id)) return id;
  throw core::Error(core::ExitCode::kUsage,
                    id.empty() ? "BackupId is empty: verify needs the archive to read"
                               : fmt::format("'{}' is not a BackupId", id.substr(0, 120)),
                    "`catalogue list` shows every BackupId");
}

void run(cli::Call& call) {
  const auto id = call.options.get("archive");
  if (call.options.flag("all")) return verify_all(call);
  if (call.options.flag("copy-manifest"))
    return copy_manifest(call, call.options.require("archive"));
  if (!id.empty()) return by_id(call, id);
  if (call.options.get("which") == "named") return by_id(call, named(call.options));
  acting::run(call, "verify", within_operation);
}

}  // namespace

cli::Step step() {
  return {"verify",
          "re-reads whole archives against their manifests.",
          {},
          {{"which", "", "target or snapshot of the running operation; named: that of --backup-id",
            false, ""},
           {"backup-id", "BackupId", "with --which named: any archive", false, ""},
           {"archive", "", "BackupId of any archive, without an operation", false, ""},
           {"all", "", "every archive, oldest check first, without an operation", true, ""},
           {"budget-minutes", "", "with --all: begin no further archive after so many minutes",
            false, ""},
           {"copy-manifest", "", "with --archive: write the copy of its manifest anew", true, ""},
           acting::report_option()},
          run};
}

}  // namespace verify
