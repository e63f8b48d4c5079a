#pragma once
// Processes that publish take turns.

#include <string>

#include "core/unique_fd.hpp"

namespace publish {

// An exclusive flock on `path`, held as long as the descriptor lives. Throws Error(kBusy) when
// another process still holds it after `patience_ms`.
core::UniqueFd take_turn(const std::string& path, int patience_ms);

}  // namespace publish
