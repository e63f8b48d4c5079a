#pragma once
// Has the build that holds the operation ended? Asked of Jenkins through the executable `holder`
// beside the running one; see steps/holder.

#include <optional>
#include <string>

#include "core/cancel_token.hpp"
#include "environment/environment.hpp"
#include "state/operations/liveness.hpp"
#include "state/state_file.hpp"

namespace lifecycle {

// Empty when no Jenkins is configured. Answers nullopt, with a warning in the log, when Jenkins
// cannot be asked. A call may take 30 s.
state::BuildEnded ask_jenkins(const environment::Environment& environment,
                              const core::CancelToken& cancel);

// Asks now when an operation runs whose lease has passed, so that nobody is asked while the state
// file is locked; what it returns answers for that operation's build only.
state::BuildEnded asked_before(const state::StateFile& file, const state::BuildEnded& ask);

}  // namespace lifecycle
