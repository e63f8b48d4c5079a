#pragma once
// What a restore of an archive takes away. Changes nothing: the restore removes it, last.

#include <string>
#include <vector>

#include "core/ports.hpp"
#include "resources/firebase/firestore_archive.hpp"
#include "resources/settings.hpp"

namespace resources::firebase {

// The kinds of collections that the archive does not bring back, each with its documents.
std::vector<std::string> firestore_that_goes(const Settings& settings,
                                             const archive::ArchiveReader& archive,
                                             core::Context& context);

}  // namespace resources::firebase
