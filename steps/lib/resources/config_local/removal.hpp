#pragma once
// Removes what a restore left over or replaces.

#include <string>

#include "core/cancel_token.hpp"

namespace resources::config_local {

// Removes the entry and, if it is a folder, all below it, never through a link. Absent: nothing to
// do. Refuses (kPrecondition) to go into a folder on which something is mounted.
void remove_all(int folder_fd, const std::string& name, const core::CancelToken& cancel);

}  // namespace resources::config_local
