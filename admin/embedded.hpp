#pragma once
// The files of pages/, assets/ and the schema, put into the executable by the build: what the
// service shows never depends on an installed file.

#include <string_view>
#include <vector>

namespace admin::embedded {

struct File {
  std::string_view name;  // "login.html", without a folder
  std::string_view text;
};

const std::vector<File>& files();
// Throws std::out_of_range for a name that is not there.
std::string_view text(std::string_view name);

}  // namespace admin::embedded
