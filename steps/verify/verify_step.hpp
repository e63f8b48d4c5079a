#pragma once
// Re-reads a whole archive against its manifest.

#include "cli/run_main.hpp"

namespace verify {

cli::Step step();

}  // namespace verify
