#pragma once
// What a verification outside an operation found. A pruned archive stays pruned.

#include <string>

#include "state/catalogue/archive_record.hpp"
#include "state/state_file.hpp"

namespace state {

// Complete, or damaged; one that was never completed has none that counts. Throws Error(kNotFound)
// for an archive that was pruned.
bool has_file(const ArchiveRecord& record);
// Each throws Error(kNotFound) for an archive that the catalogue does not know or has pruned.
void note_verified(StateFile& file, const std::string& backup_id);
void note_damaged(StateFile& file, const std::string& backup_id, const std::string& damage);

}  // namespace state
