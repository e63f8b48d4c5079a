#pragma once
// Removes the live data that the target archive replaces, and only that.

#include "cli/run_main.hpp"

namespace destroy {

cli::Step step();

}  // namespace destroy
