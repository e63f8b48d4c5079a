#include "state/publication/publication.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include "state/catalogue/catalogue.hpp"
#include "state/operations/guard.hpp"
#include "state/operations/rows.hpp"
#include "state/operations/status.hpp"

namespace state {

namespace {

void read_revision(SQLite::Database& db, Publication& publication) {
  SQLite::Statement row(db, "SELECT revision, catalogue_revision FROM publication");
  row.executeStep();
  publication.revision = row.getColumn(0).getInt64();
  publication.catalogue_revision = row.getColumn(1).getInt64();
}

std::optional<Operation> undoable_restore(SQLite::Database& db) {
  auto last = load_newest(db, "kind = ? AND destroy_began = 1 AND outcome <> 'running'", "restore");
  if (!last || last->ended_as != "restored") return std::nullopt;
  const auto safety = load_archive(db, last->snapshot_archive);
  if (!safety || safety->status != ArchiveStatus::kComplete) return std::nullopt;
  return last;
}

std::optional<LastSeen> newest_archive(SQLite::Database& db) {
  SQLite::Statement row(
      db,
      "SELECT backup_id FROM archives WHERE status = 'complete' ORDER BY backup_id DESC LIMIT 1");
  if (!row.executeStep()) return std::nullopt;
  auto archive = load_archive(db, row.getColumn(0).getString());
  return LastSeen{archive->created_ms, std::move(*archive)};
}

std::optional<LastSeen> last_proved(SQLite::Database& db) {
  const auto restore = load_newest(db, "kind = ? AND proved = 1", "restore");
  if (!restore) return std::nullopt;
  for (auto phase = restore->phases.rbegin(); phase != restore->phases.rend(); ++phase) {
    if (phase->name != "prove" || !phase->succeeded()) continue;
    auto archive = load_archive(db, acting_archive(phase->rollback, *restore));
    if (!archive) return std::nullopt;
    return LastSeen{phase->ended_ms.value_or(0), std::move(*archive)};
  }
  return std::nullopt;
}

std::optional<LastSeen> last_seen(SQLite::Database& db) {
  auto archived = newest_archive(db);
  auto proved = last_proved(db);
  if (!archived || (proved && proved->as_of_ms >= archived->as_of_ms)) return proved;
  return archived;
}

}  // namespace

Publication read_publication(const StateFile& file) {
  Publication publication;
  file.read([&](SQLite::Database& db) {
    read_revision(db, publication);
    publication.environment = load_environment(db);
    publication.running = load_running(db);
    publication.last_ended = load_newest(db, "outcome <> ?", "running");
    publication.last_restore = undoable_restore(db);
    publication.last_seen = last_seen(db);
  });
  return publication;
}

}  // namespace state
