#include "stage/site.hpp"

#include "core/error.hpp"
#include "maintenance/maintenance.hpp"

namespace stage {

void require_maintenance(Stage& stage) {
  const maintenance::Switch site(stage.environment().maintenance, stage.cancel());
  const auto status = site.status();
  if (status.on) return;
  throw core::Error(core::ExitCode::kPrecondition,
                    "maintenance is not on" + (status.problem.empty() ? "" : ": " + status.problem),
                    "run the stage `Maintenance on` first");
}

}  // namespace stage
