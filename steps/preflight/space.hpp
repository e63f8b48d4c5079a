#pragma once
// Is there room for one more archive?

#include <cstdint>
#include <string>
#include <vector>

#include "resources/resource.hpp"

namespace preflight {

// Archives are compressed: less than half the plain size free is refused, less than all of it is a
// warning. Also refuses an archive folder that is missing or cannot be written.
std::vector<resources::Finding> check_space(const std::string& archive_folder,
                                            std::uint64_t plain_bytes);

}  // namespace preflight
