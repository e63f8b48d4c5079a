#pragma once
// How a step gives the site back: `maintenance off`, and a snapshot once its cuts are open.

#include "maintenance/maintenance.hpp"
#include "session/session.hpp"

namespace lifecycle {

// Brings maintenance back to the recorded state and clears the record, in this order: a step that
// is killed in between is repeated by `operation finish`. Does nothing without a record.
void return_maintenance(maintenance::Switch& door, session::Session& session);

}  // namespace lifecycle
