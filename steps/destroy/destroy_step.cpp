#include "destroy/destroy_step.hpp"

#include <fmt/format.h>

#include "core/log.hpp"
#include "stage/site.hpp"
#include "stage/target.hpp"

namespace destroy {

namespace {

using state::EnvironmentState;

void destroy_one(stage::Stage& stage, const stage::Target& target, const std::string& name) {
  core::log_info(fmt::format("{}: removing the live data that the archive replaces", name));
  stage.context().journal.clear(name);
  const auto gone = stage.resource(name).destroy(target.archive, stage.context());
  for (const auto& object : gone)
    core::log_warning(fmt::format("{}: {} is gone and not in the archive", name, object));
}

void run(stage::Stage& stage) {
  stage::require_maintenance(stage);
  const auto target = stage::open_target(stage);
  const auto names = stage::still_to_do(
      stage, target,
      {EnvironmentState::kDestroyed, EnvironmentState::kRestoring, EnvironmentState::kRestored});
  stage.session().set_state(EnvironmentState::kDestroying, names);
  for (const auto& name : names) destroy_one(stage, target, name);
  stage.session().set_state(EnvironmentState::kDestroyed, names);
  core::log_info(fmt::format("{} resources are ready to be restored", names.size()));
}

}  // namespace

cli::Step step() {
  return {"destroy",
          "removes the live data that the target archive replaces, and only that.",
          {},
          {stage::rollback_option()},
          [](cli::Call& call) { stage::run(call, "destroy", run); }};
}

}  // namespace destroy
