#pragma once
// Checks the archived hash out, puts the changes (staged) and the untracked files back. Commits of
// before stay reachable by refs/environment-backup/before-<operation>; untracked files that the
// archive does not replace stay. Every part may run again after a kill.

#include <memory>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/deployment/configuration.hpp"
#include "resources/resource.hpp"

namespace resources::deployment {

std::unique_ptr<Work> make_restore_work(const Configuration& configuration,
                                        const archive::ArchiveReader& archive,
                                        core::Context& context);

}  // namespace resources::deployment
