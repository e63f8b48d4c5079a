#pragma once
// Makes one archive of the whole environment, as of one cut.

#include "cli/run_main.hpp"

namespace snapshot {

cli::Step step();

}  // namespace snapshot
