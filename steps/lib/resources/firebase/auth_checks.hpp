#pragma once
// What stands in the way of backing up or restoring users, and how many there are, found without
// changing anything.

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/resource.hpp"
#include "resources/settings.hpp"

namespace resources::firebase {

PreflightReport check_auth_backup(const Settings& settings, core::Context& context);
PreflightReport check_auth_restore(const Settings& settings, const archive::ArchiveReader& archive,
                                   core::Context& context);
// See SaysWhatItHolds.
std::string auth_holds(const Settings& settings, core::Context& context);

}  // namespace resources::firebase
