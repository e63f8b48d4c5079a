#pragma once
// Compares hash, branch, changes, submodules and the archived untracked files with the live working
// copy. Untracked files that the archive does not have are nobody's concern.

#include <memory>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/deployment/configuration.hpp"
#include "resources/resource.hpp"

namespace resources::deployment {

std::unique_ptr<Work> make_prove_work(const Configuration& configuration,
                                      const archive::ArchiveReader& archive,
                                      core::Context& context);

}  // namespace resources::deployment
