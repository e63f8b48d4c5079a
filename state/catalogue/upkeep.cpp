#include "state/catalogue/upkeep.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "state/catalogue/catalogue.hpp"
#include "state/operations/begin_rules.hpp"
#include "state/operations/rows.hpp"

namespace state {

using core::Error;
using core::ExitCode;

namespace {

void check_prunable(SQLite::Database& db, const core::Clock& clock) {
  if (const auto running = load_running(db)) refuse_busy(*running);
  const EnvironmentRow environment = load_environment(db);
  if (environment.closed())
    throw Error(ExitCode::kPrecondition,
                fmt::format("environment '{}' is {}: every archive may still be needed",
                            environment.name, to_text(environment.state)),
                "finish the restore first");
  if (is_implausible_time(clock.now_ms(), environment.newest_time_ms))
    refuse_clock_jump(clock.now_ms(), environment.newest_time_ms);
}

void anchor(SQLite::Database& db, const core::Clock& clock, ArchiveRecord record,
            const std::string& who) {
  record.anchored = true;
  save_archive(db, record);
  add_audit(db, clock.now_ms(), "", who,
            fmt::format("confirmed {} with manifest {}", record.backup_id, record.manifest_sha256));
}

std::vector<std::string> confirmable(SQLite::Database& db) {
  std::vector<std::string> ids;
  SQLite::Statement rows(db,
                         "SELECT backup_id FROM archives WHERE anchored = 0 AND status = "
                         "'complete' AND verified_ms IS NOT NULL ORDER BY backup_id");
  while (rows.executeStep()) ids.push_back(rows.getColumn(0).getString());
  return ids;
}

// What the folder says may replace the row: it never was an archive, or was let go while its file
// was missing.
bool may_be_taken_in(const ArchiveRecord& known) {
  return known.status == ArchiveStatus::kFailed ||
         (known.status == ArchiveStatus::kPruned && went_missing(known));
}

void refuse_unverified(const ArchiveRecord& record) {
  if (record.status == ArchiveStatus::kComplete && record.verified_ms) return;
  throw Error(ExitCode::kPrecondition,
              fmt::format("archive '{}' has not been verified: there is nothing to confirm yet",
                          record.backup_id),
              fmt::format("run `verify --archive {}` first", record.backup_id));
}

}  // namespace

void check_prunable(const StateFile& file) {
  file.read([&](SQLite::Database& db) { check_prunable(db, file.clock()); });
}

bool prune_archive(StateFile& file, const std::string& backup_id, const std::string& who) {
  bool pruned = false;
  file.write([&](SQLite::Database& db) {
    check_prunable(db, file.clock());
    pruned = prune_row(db, backup_id, {file.clock().now_ms(), "", who});
  });
  return pruned;
}

std::vector<std::string> take_in(StateFile& file, const std::vector<ArchiveRecord>& found,
                                 const std::string& who) {
  std::vector<std::string> added;
  file.write([&](SQLite::Database& db) {
    for (ArchiveRecord record : found) {
      const auto known = load_archive(db, record.backup_id);
      if (known && !may_be_taken_in(*known)) continue;
      record.status = ArchiveStatus::kComplete;
      record.anchored = false;
      record.verified_ms.reset();
      record.checked_ms.reset();
      known ? save_archive(db, record) : insert_archive(db, record);
      add_audit(db, file.clock().now_ms(), "", who,
                fmt::format("took in {} from its folder", record.backup_id));
      added.push_back(record.backup_id);
    }
  });
  return added;
}

std::vector<std::string> confirm_archives(StateFile& file, const std::string& backup_id,
                                          const std::string& who) {
  std::vector<std::string> ids;
  file.write([&](SQLite::Database& db) {
    ids = backup_id.empty() ? confirmable(db) : std::vector{backup_id};
    for (const auto& id : ids) {
      auto record = load_archive(db, id);
      if (!record || record->status == ArchiveStatus::kPruned)
        throw Error(ExitCode::kNotFound, fmt::format("archive '{}' is not in the catalogue", id),
                    "`catalogue list` shows every BackupId");
      refuse_unverified(*record);
      anchor(db, file.clock(), std::move(*record), who);
    }
  });
  return ids;
}

}  // namespace state
