#pragma once
// Begin, reconcile, finish and abandon an operation: the only code that uses the state file,
// maintenance and the archive folder together.

#include <optional>
#include <string>
#include <vector>

#include "core/cancel_token.hpp"
#include "core/clock.hpp"
#include "environment/environment.hpp"
#include "state/operations/begin.hpp"
#include "state/operations/end.hpp"

namespace lifecycle {

// What every call acts on. The clock is the system's unless a test gives one.
struct Scene {
  const environment::Environment& environment;
  const core::CancelToken& cancel;
  const core::Clock& clock = core::system_clock();
  state::BuildEnded build_ended;  // empty: builds cannot be asked
};

state::Place place_of(const environment::Environment& environment);
// Asks about the running operation's build, if it looks dead.
state::LivenessRules rules_of(const Scene& scene, const state::StateFile& file);
std::int64_t max_maintenance_ms(const environment::Environment& environment);

// Takes the environment for one operation, ending a dead one first. Throws as begin_operation();
// also Error(kNotFound) when the target's file is gone. Without an operation of its own it
// reconciles: refused, always; done before, unless the last operation's `finish` has cleared up.
state::Begun begin(const Scene& scene, const state::BeginRequest& request);

struct Reconciled {
  std::optional<state::Operation> interrupted;
  std::vector<std::string> removed;  // temporary files
  bool maintenance_returned = false;
};
// Dead operation -> interrupted, and a backup that keeps users out longer than
// max_maintenance_minutes too, dead or alive: its step is stopped; temporary files go; live
// environment -> maintenance returns to the recorded state; closed stays closed. Does nothing else
// while an operation is alive. Any time, any number of times. `adopt_host`: the state file belongs
// to this machine from now on.
Reconciled reconcile(const Scene& scene, bool adopt_host = false);

struct Finished {
  std::optional<state::Operation> operation;  // empty: this build had none, nothing was done
  state::EnvironmentRow environment;
};
// Ends the operation that this build began: live -> maintenance returns; closed -> stays on. The
// outcome comes from the recorded phases. Rethrows what kept maintenance from returning, after the
// outcome has been written.
Finished finish(const Scene& scene, const std::string& operation_id, const std::string& build_url);

// A person's word that a closed environment is good as it stands; maintenance returns. Returns the
// row as it was.
state::EnvironmentRow declare_live(const Scene& scene, const std::string& reason,
                                   const std::string& who);

state::Operation abandon(const Scene& scene, const std::string& reason, const std::string& who);

}  // namespace lifecycle
