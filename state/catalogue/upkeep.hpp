#pragma once
// Changes to the catalogue that need no operation: pruning by hand or timer, taking in archives
// that it does not know, and a person's word that verified ones are genuine.

#include <string>
#include <vector>

#include "state/catalogue/archive_record.hpp"
#include "state/state_file.hpp"

namespace state {

// May anything be pruned now? Throws Error(kBusy) naming the running operation,
// Error(kPrecondition) while the environment is closed or the clock has jumped.
void check_prunable(const StateFile& file);
// The same checks and the row `pruned` in one transaction; the caller unlinks the files afterwards.
// False when another process was faster, or a person pinned it.
bool prune_archive(StateFile& file, const std::string& backup_id, const std::string& who);

// Rows for archives that the catalogue does not hold: complete, neither verified nor anchored.
// Those that it holds, pruned ones too, are left as they are; one whose snapshot was cut off
// between its rename and its row is taken in, and one that was pruned while its file was missing.
// Returns the new BackupIds.
std::vector<std::string> take_in(StateFile& file, const std::vector<ArchiveRecord>& found,
                                 const std::string& who);

// Anchors: the manifest's hash as recorded is taken as genuine. `backup_id` empty: every verified
// archive that is not anchored. Returns those that were anchored. Throws Error(kNotFound),
// Error(kPrecondition) for one that is not verified.
std::vector<std::string> confirm_archives(StateFile& file, const std::string& backup_id,
                                          const std::string& who);

}  // namespace state
