#include "verify/verify_step.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "core/units.hpp"
#include "stage/stage.hpp"

namespace verify {

namespace {

std::string wanted(stage::Stage& stage) {
  const auto operation = stage.session().operation();
  const std::string which = stage.options().require("which");
  if (which != "target" && which != "snapshot")
    throw core::Error(core::ExitCode::kUsage, fmt::format("--which cannot be '{}'", which),
                      "target or snapshot");
  const std::string id = which == "target" ? operation.target_archive : operation.snapshot_archive;
  if (id.empty())
    throw core::Error(
        core::ExitCode::kPrecondition, fmt::format("this operation has no {} archive", which),
        which == "target" ? "only a restore has one" : "run the stage Snapshot first");
  return id;
}

void check(stage::Stage& stage, const state::ArchiveRecord& record) {
  try {
    const auto reader = stage.open_archive(record);
    archive::verify(reader, stage.context());
  } catch (const core::Error& error) {
    if (error.code() == core::ExitCode::kIntegrity)
      stage.session().record_damage(record.backup_id, error.what());
    throw;
  }
}

void run(stage::Stage& stage) {
  const std::string id = wanted(stage);
  stage.result().set("backup_id", id);
  check(stage, stage.session().archive(id));
  stage.session().record_verified(id);
  core::log_info(fmt::format("archive {} is whole: every byte agrees with its manifest", id));
}

}  // namespace

cli::Step step() {
  return {"verify",
          "re-reads a whole archive against its manifest.",
          {},
          {{"which", "", "target or snapshot of the running operation", false, ""}},
          [](cli::Call& call) { stage::run(call, "verify", run); }};
}

}  // namespace verify
