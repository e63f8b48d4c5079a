#pragma once
// maintenance on | off | status.

#include "cli/run_main.hpp"

namespace maintenance {

cli::Step step();

}  // namespace maintenance
