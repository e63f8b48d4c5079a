#pragma once
// What stands in the way of backing up or restoring Firestore, and what it holds, found without
// changing anything.

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/resource.hpp"
#include "resources/settings.hpp"

namespace resources::firebase {

PreflightReport check_firestore_backup(const Settings& settings, core::Context& context);
PreflightReport check_firestore_restore(const Settings& settings,
                                        const archive::ArchiveReader& archive,
                                        core::Context& context);
// See SaysWhatItHolds. The published view does not count.
std::string firestore_holds(const Settings& settings, core::Context& context);

}  // namespace resources::firebase
