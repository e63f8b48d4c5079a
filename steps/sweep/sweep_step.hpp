#pragma once
// Removes what restores left beside the live data: what is aside once users are back, and what was
// staged and not used. Runs between restores; never touches live data, never changes an outcome.

#include "cli/run_main.hpp"

namespace sweep {

cli::Step step();

}  // namespace sweep
