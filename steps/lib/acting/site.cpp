#include "acting/site.hpp"

#include "core/error.hpp"
#include "maintenance/maintenance.hpp"

namespace acting {

void require_maintenance(Frame& frame) {
  const maintenance::Switch site(frame.environment().maintenance, frame.cancel());
  const auto status = site.status();
  if (status.on) return;
  throw core::Error(core::ExitCode::kPrecondition,
                    "maintenance is not on" + (status.problem.empty() ? "" : ": " + status.problem),
                    "run the stage `Maintenance on` first");
}

}  // namespace acting
