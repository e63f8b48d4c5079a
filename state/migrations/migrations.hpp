#pragma once
// The steps from an empty file to today's schema: one .sql file each, built into the program.
// Step N takes user_version N-1 to N. A step that was released is never edited.

#include <string_view>
#include <vector>

namespace state {

const std::vector<std::string_view>& migrations();
int newest_schema();

}  // namespace state
