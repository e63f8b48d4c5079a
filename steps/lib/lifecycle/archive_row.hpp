#pragma once
// The catalogue's row of an archive, from what its manifest says.

#include <string>

#include "archive/manifest.hpp"
#include "state/catalogue/archive_record.hpp"

namespace lifecycle {

// Complete as of now; neither verified nor pinned.
state::ArchiveRecord archive_row(const archive::Manifest& manifest,
                                 const std::string& manifest_sha256, std::uint64_t size_bytes);

}  // namespace lifecycle
