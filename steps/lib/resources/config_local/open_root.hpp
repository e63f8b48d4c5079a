#pragma once
// The folder that is backed up, as a descriptor.

#include <string>

#include "core/unique_fd.hpp"

namespace resources::config_local {

// A link at its place is refused. Throws Error(kNotFound) when there is no such folder.
core::UniqueFd open_root(const std::string& path);

}  // namespace resources::config_local
