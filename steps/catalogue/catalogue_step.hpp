#pragma once
// Shows the archives that there are, and pins those that must stay.

#include "cli/run_main.hpp"

namespace catalogue {

cli::Step step();

}  // namespace catalogue
