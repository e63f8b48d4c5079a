#include "state/operations/guard.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/error.hpp"

namespace state {

namespace {

[[noreturn]] void refuse(const std::string& message, const std::string& hint) {
  throw core::Error(core::ExitCode::kPrecondition, message, hint);
}

struct Facts {
  bool rollback;
  const Operation& operation;
  const EnvironmentRow& environment;
};

constexpr const char* kStages =
    "run the stages in the order of the Jenkinsfile, without leaving one out";

void need_maintenance(const std::string& step, const EnvironmentRow& environment) {
  if (!environment.maintenance_return)
    refuse(fmt::format("{} needs environment '{}' under maintenance", step, environment.name),
           "run `maintenance on` first");
}

void need_restore(const std::string& step, const Operation& operation) {
  if (operation.kind != Kind::kRestore)
    refuse(fmt::format("{} belongs to a restore, but operation {} is a {}", step, operation.id,
                       to_text(operation.kind)),
           "start restore-environment instead");
}

void allow_snapshot(const Facts& facts) {
  need_maintenance("snapshot", facts.environment);
  if (facts.environment.closed() && !facts.operation.safety_inherited && !facts.operation.no_safety)
    refuse(fmt::format("environment '{}' is {}: a snapshot would hold ruins",
                       facts.environment.name, to_text(facts.environment.state)),
           "finish the restore first");
}

// Refusals do not count: nothing ran.
bool last_step_failed(const Operation& operation) {
  for (auto phase = operation.phases.rbegin(); phase != operation.phases.rend(); ++phase)
    if (!phase->refused) return phase->failed();
  return false;
}

void allow_roll_back(const Facts& facts) {
  const Operation& operation = facts.operation;
  if (!operation.rollback_on_failure)
    refuse("RollbackOnFailure is off for this operation",
           "start restore-environment again: it goes on where this one ended");
  if (!operation.destroy_began && !facts.environment.closed())
    refuse("nothing was destroyed, so there is nothing to roll back",
           "the environment is as it was: mend what failed and start again");
  if (operation.no_safety)
    refuse("this restore has no safety archive, so there is nothing to roll back to",
           fmt::format("start restore-environment again with BackupId {} to go on",
                       operation.target_archive));
  if (operation.rolling_back) return;
  if (!last_step_failed(operation))
    refuse(fmt::format("{} did not fail, it was cut off or ended well: no roll-back after an abort",
                       operation.phase),
           fmt::format("start restore-environment again with BackupId {} to go on, or {} to go "
                       "back",
                       operation.target_archive, operation.snapshot_archive));
}

void need_target_verified(const Operation& operation) {
  if (!operation.target_verified)
    refuse(fmt::format("target archive {} was not verified within this operation",
                       operation.target_archive),
           "run `verify --which target` first");
}

void allow_stage(const Facts& facts) {
  need_restore("stage", facts.operation);
  need_target_verified(facts.operation);
  if (facts.operation.destroy_began)
    refuse("live data is being replaced already: stage can no longer run in this operation",
           kStages);
}

bool succeeded(const Operation& operation, const std::string& step) {
  return std::any_of(operation.phases.begin(), operation.phases.end(),
                     [&](const Phase& phase) { return phase.name == step && phase.succeeded(); });
}

void allow_destroy(const Facts& facts) {
  const Operation& operation = facts.operation;
  need_restore("destroy", operation);
  need_maintenance("destroy", facts.environment);
  if (!facts.rollback) {
    need_target_verified(operation);
    if (!succeeded(operation, "stage"))
      refuse(fmt::format("the data of {} was not staged within this operation",
                         operation.target_archive),
             "run `stage` first");
  }
  if (operation.no_safety) return;
  if (operation.snapshot_archive.empty())
    refuse("this restore has made no safety archive", "run `snapshot` first");
  if (!operation.snapshot_verified)
    refuse(fmt::format("safety archive {} was not verified within this operation",
                       operation.snapshot_archive),
           "run `verify --which snapshot` first");
}

void allow_restore(const Facts& facts) {
  need_restore("restore", facts.operation);
  need_maintenance("restore", facts.environment);
  const auto& target = acting_archive(facts.rollback, facts.operation);
  const auto& [environment, state] = std::pair(facts.environment, facts.environment.state);
  if (state == EnvironmentState::kLive || state == EnvironmentState::kDestroying)
    refuse(fmt::format("restore needs environment '{}' destroyed, but it is {}", environment.name,
                       to_text(state)),
           "run `destroy` first");
  if (environment.restoring_from != target)
    refuse(fmt::format("environment '{}' is {} for {}, not for {}", environment.name,
                       to_text(state), environment.restoring_from, target),
           "run `destroy` for this archive first");
}

void allow_prove(const Facts& facts) {
  need_restore("prove", facts.operation);
  if (facts.environment.state != EnvironmentState::kRestored)
    refuse(fmt::format("prove needs environment '{}' restored, but it is {}",
                       facts.environment.name, to_text(facts.environment.state)),
           "run `restore` first");
}

void allow_apply(const Facts& facts) {
  need_restore("apply", facts.operation);
  if (!facts.operation.proved)
    refuse("the restored environment was not proved within this operation", "run `prove` first");
}

void allow_maintenance_off(const Facts& facts) {
  if (facts.environment.closed())
    refuse(fmt::format("environment '{}' is {}: users stay out until it is restored and proved",
                       facts.environment.name, to_text(facts.environment.state)),
           fmt::format("start restore-environment with BackupId {} to finish it",
                       facts.environment.restoring_from));
}

// Users come back while the snapshot still copies from its cuts. A restore keeps them out.
void allow_release(const Facts& facts) {
  const Operation& operation = facts.operation;
  if (operation.kind != Kind::kBackup)
    refuse("a restore keeps users out until what it restored is proved", kStages);
  if (operation.phase != "snapshot")
    refuse(fmt::format("only a snapshot lets users back in early, not {}", operation.phase),
           kStages);
  need_maintenance("letting users back in", facts.environment);
  allow_maintenance_off(facts);
}

void allow_prune(const Facts& facts) {
  if (facts.operation.kind != Kind::kBackup)
    refuse("a restore never prunes", "the nightly backup does it");
  if (facts.operation.snapshot_archive.empty() || !facts.operation.snapshot_verified)
    refuse("prune needs this operation's own archive verified",
           "run `snapshot` and `verify --which snapshot` first");
}

using Rule = void (*)(const Facts&);

const std::map<std::string, Rule>& rules() {
  static const std::map<std::string, Rule> table{{"snapshot", allow_snapshot},
                                                 {"stage", allow_stage},
                                                 {"destroy", allow_destroy},
                                                 {"restore", allow_restore},
                                                 {"prove", allow_prove},
                                                 {"apply", allow_apply},
                                                 {"maintenance off", allow_maintenance_off},
                                                 {"maintenance release", allow_release},
                                                 {"prune", allow_prune}};
  return table;
}

}  // namespace

void check_allowed(const std::string& step, bool rollback, const Operation& operation,
                   const EnvironmentRow& environment) {
  if (operation.outcome != Outcome::kRunning)
    refuse(fmt::format("operation {} has {} already", operation.id, to_text(operation.outcome)),
           "start the job again");
  const Facts facts{rollback, operation, environment};
  if (rollback) allow_roll_back(facts);
  if (const auto rule = rules().find(step); rule != rules().end()) rule->second(facts);
  if (!rollback && operation.rolling_back && step != "maintenance off")
    refuse(fmt::format("operation {} is rolling back: {} is over for it", operation.id, step),
           kStages);
}

const std::string& acting_archive(bool rollback, const Operation& operation) {
  return rollback ? operation.snapshot_archive : operation.target_archive;
}

}  // namespace state
