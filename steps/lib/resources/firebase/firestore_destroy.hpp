#pragma once
// Removes every document of the collections that an archive replaces, but for the published view.

#include <string>
#include <vector>

#include "core/ports.hpp"
#include "resources/firebase/firestore_archive.hpp"
#include "resources/settings.hpp"

namespace resources::firebase {

// Idempotent. Returns the kinds of collections that the archive does not bring back, with how many
// documents went.
std::vector<std::string> destroy_firestore(const Settings& settings,
                                           const archive::ArchiveReader& archive,
                                           core::Context& context);

}  // namespace resources::firebase
