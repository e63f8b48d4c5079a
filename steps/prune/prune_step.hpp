#pragma once
// Removes the archives that the retention rules let go.

#include "cli/run_main.hpp"

namespace prune {

cli::Step step();

}  // namespace prune
