#pragma once
// Brings a commit into the repository: from the remote, if that is allowed, or from the bundle in
// the archive.

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/deployment/configuration.hpp"
#include "resources/deployment/git.hpp"
#include "resources/deployment/recorded_state.hpp"

namespace resources::deployment {

// Clones (without a checkout) or starts a repository when the folder is absent or empty.
void ensure_repository(const Configuration& configuration, const RecordedState& state,
                       core::Context& context);
bool is_absent_or_empty(const std::string& folder);

// Asks the remote; false when it cannot be reached (the reason goes into `*failure`).
bool fetch(const Git& git, const Configuration& configuration, std::string* failure);

// Throws Error(kNotFound) when neither has the commit.
void ensure_commit(const Git& git, const Configuration& configuration, const RecordedState& state,
                   const archive::ArchiveReader& archive, core::Context& context);

}  // namespace resources::deployment
