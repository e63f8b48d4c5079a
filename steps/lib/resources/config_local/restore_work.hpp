#pragma once
// Brings the archived tree back. Beside the live tree (the rule): everything is built in
// "<path>.restore-<6 hex>", flushed, and swapped in by one rename at the very end; the old tree
// stays until clean_up(). In place (a mount point): files are written beside their names and
// renamed, then what the archive does not have is removed. Live entries that are excluded stay.
// Resumable after a kill at any moment: the journal holds the tree's name and the chunks that are
// in; after a reboot, which may have lost unflushed bytes, the build starts anew.

#include <memory>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/config_local/configuration.hpp"
#include "resources/resource.hpp"

namespace resources::config_local {

std::unique_ptr<Work> make_restore_work(const Configuration& configuration,
                                        const archive::ArchiveReader& archive,
                                        core::Context& context);

}  // namespace resources::config_local
