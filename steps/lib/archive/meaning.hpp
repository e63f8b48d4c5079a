#pragma once
// What a member holds, for people who hear that it is damaged.

#include <string>

#include "archive/manifest.hpp"

namespace archive {

// "mysql: table athena-server.trial, rows 10001 to 20000 of 54321 in the archive's order"; from the
// manifest alone. Empty for the archive's own members.
std::string meaning_of(const Manifest& manifest, const Member& member);

}  // namespace archive
