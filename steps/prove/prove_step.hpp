#pragma once
// Compares the live environment with the target's manifest; success makes it live.

#include "cli/run_main.hpp"

namespace prove {

cli::Step step();

}  // namespace prove
