#pragma once
// Begins and ends operations, and says how the environment stands.

#include "cli/run_main.hpp"

namespace operation {

cli::Step step();

}  // namespace operation
