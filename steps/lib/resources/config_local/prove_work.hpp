#pragma once
// Compares the live tree with the index entry by entry: type, mode, owner, times, link target,
// extended attributes, size and SHA-256. Excluded entries and sockets are left out.

#include <memory>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/config_local/configuration.hpp"
#include "resources/resource.hpp"

namespace resources::config_local {

std::unique_ptr<Work> make_prove_work(const Configuration& configuration,
                                      const archive::ArchiveReader& archive,
                                      core::Context& context);

}  // namespace resources::config_local
