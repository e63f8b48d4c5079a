#pragma once
// `catalogue rebuild`: what the archive folder holds, into the catalogue. A state file that is lost
// is made anew (what its marker says stays true); one that is there is only added to.

#include "cli/run_main.hpp"
#include "environment/environment.hpp"

namespace catalogue {

// Throws Error(kState) for a state file that is there and damaged, or too new: never replaced.
void rebuild(cli::Call& call, const environment::Environment& environment);

}  // namespace catalogue
