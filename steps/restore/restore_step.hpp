#pragma once
// Brings the data of the target archive back; a rerun goes on where the last one ended.

#include "cli/run_main.hpp"

namespace restore {

cli::Step step();

}  // namespace restore
