#pragma once
// Starts the versions that the archive names and waits until they are healthy.

#include "cli/run_main.hpp"

namespace apply {

cli::Step step();

}  // namespace apply
