#pragma once
// Asks Jenkins whether the build that holds an operation has ended. An executable of its own, so
// that `operation`, which runs it only for an operation that looks dead, links no HTTP library.

#include "cli/run_main.hpp"

namespace holder {

cli::Step step();

}  // namespace holder
