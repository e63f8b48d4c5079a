#pragma once
// `verify --all`: the archives of the catalogue in turn, the one whose last check is oldest first.

#include "cli/run_main.hpp"

namespace verify {

// Throws Error(kIntegrity) after all were read when one is damaged.
void verify_all(cli::Call& call);

}  // namespace verify
