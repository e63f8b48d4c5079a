#pragma once
// What stands against a backup or a restore of the working copy, found before anything is touched.

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/deployment/configuration.hpp"
#include "resources/deployment/git.hpp"
#include "resources/deployment/recorded_state.hpp"
#include "resources/resource.hpp"

namespace resources::deployment {

PreflightReport examine_backup(const Configuration& configuration, core::Context& context);
// Asks the remote for a hash that is not here, if that is configured.
PreflightReport examine_restore(const Configuration& configuration,
                                const archive::ArchiveReader& archive, core::Context& context);

// What a restore takes away: changed files whose change the archive does not have, and commits.
std::vector<std::string> what_goes(const Git& git, const RecordedState& state,
                                   const std::string& kept_as);

}  // namespace resources::deployment
