#pragma once
// What stands against a backup or a restore of the folder, found before anything is touched.

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/config_local/configuration.hpp"
#include "resources/resource.hpp"
#include "resources/settings.hpp"

namespace resources::config_local {

PreflightReport examine_backup(const Configuration& configuration, const Settings& settings,
                               core::Context& context);
PreflightReport examine_restore(const Configuration& configuration, const Settings& settings,
                                const archive::ArchiveReader& archive, core::Context& context);

}  // namespace resources::config_local
