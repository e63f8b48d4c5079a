#pragma once
// The view as one JSON file, for readers who may not open the state file.

#include <string>

#include "environment/environment.hpp"
#include "state/state_file.hpp"

namespace publish {

// Replaces environment.view_file() as a whole, mode 0644. Writers take turns (flock on
// "<state file>.view"), and each reads the state after it got its turn: a later file never says
// less than an earlier one. Throws Error(kStorage); Error(kBusy) when its turn does not come.
void write_export(const environment::Environment& environment, const state::StateFile& file);

}  // namespace publish
