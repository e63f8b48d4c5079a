#pragma once
// The files of an archive folder as one environment sees them.

#include <string>
#include <vector>

#include "environment/environment.hpp"
#include "state/catalogue/catalogue.hpp"

namespace lifecycle {

struct ArchiveFolder {
  std::vector<std::string> archives;   // BackupIds with a .tar, in order
  std::vector<std::string> temporary;  // names with the temporary mark
};

// Only what belongs to `environment`; a missing folder is empty.
ArchiveFolder look_into(const std::string& folder, const std::string& environment);

// Archives that the catalogue does not hold as complete or damaged: listed, never trusted, never
// deleted. Those that prune was about to unlink when it was killed are `left_over`; one that was
// pruned while its file was missing, and whose file came back, is an orphan. `known` are all of the
// catalogue, in the order of their BackupIds.
struct Strays {
  std::vector<std::string> orphans;
  std::vector<std::string> left_over;
};
Strays find_strays(const ArchiveFolder& folder, const std::vector<state::ArchiveName>& known);
// Those of an environment, its folder and its catalogue read side by side. `pruned` and `visit` as
// in state::name_archives().
Strays find_strays(const environment::Environment& environment, const state::StateFile& file,
                   bool pruned, const state::VisitArchive& visit);

// <id>.tar and <id>.json; missing ones are fine. Then the folder is flushed.
void unlink_archive(const std::string& folder, const std::string& backup_id);

// Removes what a crash left of the atomic replacement of one file, and only that. Returns the
// names.
std::vector<std::string> remove_temporary_beside(const std::string& path);

// Removes the temporary files; returns their names.
std::vector<std::string> remove_temporary(const std::string& folder,
                                          const std::string& environment);

}  // namespace lifecycle
