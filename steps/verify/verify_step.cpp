#include "verify/verify_step.hpp"

#include <functional>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/log.hpp"
#include "session/unbound.hpp"
#include "stage/report.hpp"
#include "stage/stage.hpp"
#include "state/catalogue/catalogue.hpp"
#include "state/catalogue/verification.hpp"

namespace verify {

namespace {

using Note = std::function<void(const std::string& backup_id)>;
using DamageNote = std::function<void(const std::string& backup_id, const std::string& damage)>;

void report(const cli::Options& options, const std::string& backup_id,
            const std::string& damage = "") {
  stage::write_junit(options, "verify", backup_id,
                     {{fmt::format("archive {} agrees with its manifest", backup_id), damage}});
}

void check(const cli::Options& options, const environment::Environment& environment,
           const state::ArchiveRecord& record, core::Context& context, const Note& verified,
           const DamageNote& damaged) {
  stage::keep_manifest(options, environment.archive_folder, record.backup_id);
  try {
    const archive::ArchiveReader reader(environment.archive_path(record.backup_id),
                                        record.manifest_sha256);
    archive::verify(reader, context);
  } catch (const core::Error& error) {
    if (error.code() == core::ExitCode::kIntegrity) damaged(record.backup_id, error.what());
    report(options, record.backup_id, error.what());
    throw;
  }
  verified(record.backup_id);
  report(options, record.backup_id);
  core::log_info(
      fmt::format("archive {} is whole: every byte agrees with its manifest", record.backup_id));
}

std::string wanted(stage::Stage& stage) {
  const auto operation = stage.session().operation();
  const std::string which = stage.options().require("which");
  if (which != "target" && which != "snapshot")
    throw core::Error(core::ExitCode::kUsage, fmt::format("--which cannot be '{}'", which),
                      "target, snapshot or named");
  std::string id = which == "target" ? operation.target_archive : operation.snapshot_archive;
  if (id.empty())
    throw core::Error(
        core::ExitCode::kPrecondition, fmt::format("this operation has no {} archive", which),
        which == "target" ? "only a restore has one" : "run the stage Snapshot first");
  return id;
}

void within_operation(stage::Stage& stage) {
  const std::string id = wanted(stage);
  stage.result().set("backup_id", id);
  check(
      stage.options(), stage.environment(), stage.session().archive(id), stage.context(),
      [&](const std::string& good) { stage.session().record_verified(good); },
      [&](const std::string& bad, const std::string& damage) {
        stage.session().record_damage(bad, damage);
      });
}

// Any archive of the catalogue at any time, also while an operation runs.
void by_id(cli::Call& call, const std::string& id) {
  const auto environment = stage::load_environment(call.options);
  state::StateFile file({environment.state_file(), environment.name, "", ""},
                        state::OpenMode::kExisting);
  session::Unbound unbound(call.cancel, environment.memory_bytes);
  call.result.set("backup_id", id);
  check(
      call.options, environment, state::get_archive(file, id), unbound.context(),
      [&](const std::string& good) { state::note_verified(file, good); },
      [&](const std::string& bad, const std::string& damage) {
        state::note_damaged(file, bad, damage);
      });
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
  if (const auto id = call.options.get("archive"); !id.empty())
    by_id(call, id);
  else if (call.options.get("which") == "named")
    by_id(call, named(call.options));
  else
    stage::run(call, "verify", within_operation);
}

}  // namespace

cli::Step step() {
  return {"verify",
          "re-reads a whole archive against its manifest.",
          {},
          {{"which", "", "target or snapshot of the running operation; named: that of --backup-id",
            false, ""},
           {"backup-id", "BackupId", "with --which named: any archive", false, ""},
           {"archive", "", "BackupId of any archive, without an operation", false, ""},
           stage::report_option()},
          run};
}

}  // namespace verify
