#pragma once
// What a restore of an archive takes away. Changes nothing: the restore removes it, last.

#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/settings.hpp"

namespace resources::firebase {

// The users that the archive does not bring back, at most 100 by their ids.
std::vector<std::string> users_that_go(const Settings& settings,
                                       const archive::ArchiveReader& archive,
                                       core::Context& context);

}  // namespace resources::firebase
