#include "restore/restore_step.hpp"

#include <fmt/format.h>

#include "core/log.hpp"
#include "resources/run_works.hpp"
#include "stage/target.hpp"

namespace restore {

namespace {

using state::EnvironmentState;

void bring_back(stage::Stage& stage, const stage::Target& target,
                const std::vector<std::string>& names, bool last) {
  resources::Works works;
  for (const auto& name : names)
    if (stage.resource(name).restored_last() == last)
      works[name] = stage.resource(name).restore(target.archive, stage.context());
  for (auto& [name, report] : resources::run_works(works, stage.workers(), stage.context()))
    stage.result().set(name, std::move(report));
}

void run(stage::Stage& stage) {
  const auto target = stage::open_target(stage);
  const auto names = stage::still_to_do(stage, target, {EnvironmentState::kRestored});
  stage.session().set_state(EnvironmentState::kRestoring, names);
  for (const bool last : {false, true}) bring_back(stage, target, names, last);
  stage.session().set_state(EnvironmentState::kRestored, names);
  core::log_info(fmt::format("the data of {} is back; prove compares it next",
                             target.archive.manifest().backup_id));
}

}  // namespace

cli::Step step() {
  return {"restore",
          "brings the data of the target archive back; a rerun goes on where the last one ended.",
          {},
          {stage::rollback_option()},
          [](cli::Call& call) { stage::run(call, "restore", run); }};
}

}  // namespace restore
