#include "apply/apply_step.hpp"

#include <fmt/format.h>

#include "acting/target.hpp"
#include "core/log.hpp"

namespace apply {

namespace {

void run(acting::Frame& frame) {
  const auto target = acting::open_target(frame);
  for (const auto& name : target.selection.act_on)
    frame.resource(name).apply(target.archive, frame.context());
  core::log_info("the environment runs the versions that the archive names");
}

}  // namespace

cli::Step step() {
  return {"apply",
          "starts the versions that the archive names and waits until they are healthy.",
          {},
          {acting::rollback_option()},
          [](cli::Call& call) { acting::run(call, "apply", run); }};
}

}  // namespace apply
