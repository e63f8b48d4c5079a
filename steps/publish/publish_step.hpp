#pragma once
// Writes the published view again, now.

#include "cli/run_main.hpp"

namespace publish {

cli::Step step();

}  // namespace publish
