#pragma once
// What a killed step left behind: temporary files of what was to appear whole.

#include <string>
#include <vector>

#include "environment/environment.hpp"

namespace lifecycle {

// Only while no step is at work. Returns the names. A file that cannot be removed is warned about
// and keeps no operation from beginning or ending: users would stay locked out for it.
std::vector<std::string> remove_unfinished(const environment::Environment& environment);

}  // namespace lifecycle
