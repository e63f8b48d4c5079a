#pragma once
// Refuses before harm: may this operation go through? Changes nothing.

#include "cli/run_main.hpp"

namespace preflight {

cli::Step step();

}  // namespace preflight
