#pragma once
// The catalogue's row of an archive, from what its manifest says.

#include "archive/archive_reader.hpp"
#include "state/catalogue/archive_record.hpp"

namespace snapshot {

state::ArchiveRecord archive_row(const archive::ArchiveReader& reader);

}  // namespace snapshot
