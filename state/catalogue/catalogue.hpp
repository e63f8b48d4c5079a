#pragma once
// The record of archives. The functions with a database run inside a transaction of StateFile.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "state/catalogue/archive_record.hpp"
#include "state/state_file.hpp"

namespace state {

// With its resources.
std::optional<ArchiveRecord> load_archive(SQLite::Database& db, const std::string& backup_id);
// A new row `writing`.
void insert_archive(SQLite::Database& db, const ArchiveRecord& record);
// Replaces every column and the resources. The row must exist.
void save_archive(SQLite::Database& db, const ArchiveRecord& record);
// The row becomes `pruned`, and the caller may unlink the files. False, and nothing is changed,
// when it was pruned before, or pinned since the plan was made.
struct Pruning {
  std::int64_t at_ms = 0;
  std::string operation_id;
  std::string who;
};
bool prune_row(SQLite::Database& db, const std::string& backup_id, const Pruning& pruning);

// Whole transactions.

struct ListFilter {
  bool pruned = false;     // also pruned and failed ones
  bool resources = false;  // fill resources, operation_id and manifest_sha256 too (costs time)
};
// In the order of their BackupIds: oldest first.
std::vector<ArchiveRecord> list_archives(const StateFile& file, const ListFilter& filter = {});
// One pass over all of them in the order of their BackupIds: their names, and `visit`, if any, for
// those that list_archives gives, without resources. The visitor must not use the file.
using VisitArchive = std::function<void(ArchiveRecord&&)>;
std::vector<ArchiveName> name_archives(const StateFile& file, bool pruned,
                                       const VisitArchive& visit);
// Complete and damaged ones with their resources, newest first, one at a time. `detail_json` is
// filled only where there is no `summary_json`. The visitor runs inside the transaction: it must
// not use the file.
void visit_archives(const StateFile& file, const std::function<void(const ArchiveRecord&)>& visit);
// Throws Error(kNotFound).
ArchiveRecord get_archive(const StateFile& file, const std::string& backup_id);

// Throw Error(kNotFound); pin: Error(kPrecondition) for an archive without a file.
void pin_archive(StateFile& file, const std::string& backup_id, const std::string& reason,
                 const std::string& who);
void unpin_archive(StateFile& file, const std::string& backup_id, const std::string& who);

}  // namespace state
