#pragma once
// Loads the target archive beside the live data and proves it there, while users work. Touches
// nothing live.

#include "cli/run_main.hpp"

namespace stage {

cli::Step step();

}  // namespace stage
