#pragma once
// Removes all users that an archive replaces.

#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/settings.hpp"

namespace resources::firebase {

// Idempotent. Returns the users that the archive does not bring back, at most 100 by their ids.
std::vector<std::string> destroy_users(const Settings& settings,
                                       const archive::ArchiveReader& archive,
                                       core::Context& context);

}  // namespace resources::firebase
