#pragma once
// Names of members inside the tar: parts of [A-Za-z0-9_.%-] joined by "/".

#include <string_view>

namespace archive {

// False for anything that could leave a folder it is extracted to: absolute names, empty parts,
// "." and "..", control characters, bytes outside ASCII, more than 4096 bytes.
bool is_safe_member_name(std::string_view name);

}  // namespace archive
