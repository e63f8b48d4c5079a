#include "apply/apply_step.hpp"

#include <fmt/format.h>

#include "core/log.hpp"
#include "stage/target.hpp"

namespace apply {

namespace {

void run(stage::Stage& stage) {
  const auto target = stage::open_target(stage);
  for (const auto& name : target.selection.act_on)
    stage.resource(name).apply(target.archive, stage.context());
  core::log_info("the environment runs the versions that the archive names");
}

}  // namespace

cli::Step step() {
  return {"apply",
          "starts the versions that the archive names and waits until they are healthy.",
          {},
          {stage::rollback_option()},
          [](cli::Call& call) { stage::run(call, "apply", run); }};
}

}  // namespace apply
