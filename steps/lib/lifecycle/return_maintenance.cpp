#include "lifecycle/return_maintenance.hpp"

#include "core/log.hpp"

namespace lifecycle {

void return_maintenance(maintenance::Switch& door, session::Session& session) {
  const auto was_on = session.environment().maintenance_return;
  if (!was_on) {
    core::log_info("maintenance is not owned by this operation, or was returned already");
    return;
  }
  session.context().lease.check();
  door.return_to(*was_on);
  session.release_maintenance();
  core::log_info(*was_on ? "maintenance stays on: it was on before the operation"
                         : "maintenance is off: users are back");
}

}  // namespace lifecycle
