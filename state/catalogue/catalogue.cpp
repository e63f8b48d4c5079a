#include "state/catalogue/catalogue.hpp"

#include <array>
#include <string_view>
#include <unordered_map>

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "state/operations/rows.hpp"

namespace state {

namespace {

constexpr std::array kStatuses{"writing", "complete", "failed", "damaged", "pruned"};
constexpr const char* kColumns =
    "backup_id, operation_id, kind, description, requested_by, status, created_ms, completed_ms, "
    "size_bytes, manifest_sha256, anchored, damage, verified_ms, pruned_ms, checked_ms, pinned";

// As the archive's reader says it.
bool says_missing(std::string_view damage, const std::string& backup_id) {
  const std::string end = backup_id + ".tar is missing";
  return damage.size() >= end.size() && damage.substr(damage.size() - end.size()) == end;
}

ArchiveStatus status_from_text(const std::string& text) {
  for (std::size_t i = 0; i < kStatuses.size(); ++i)
    if (text == kStatuses[i]) return static_cast<ArchiveStatus>(i);
  throw core::Error(core::ExitCode::kState, fmt::format("'{}' is no status of an archive", text));
}

ArchiveRecord read_record(SQLite::Statement& row) {
  ArchiveRecord record;
  record.backup_id = row.getColumn(0).getString();
  record.operation_id = row.getColumn(1).getString();
  record.kind = row.getColumn(2).getString();
  record.description = row.getColumn(3).getString();
  record.requested_by = row.getColumn(4).getString();
  record.status = status_from_text(row.getColumn(5).getText());
  record.created_ms = row.getColumn(6).getInt64();
  record.completed_ms = row.getColumn(7).getInt64();
  record.size_bytes = static_cast<std::uint64_t>(row.getColumn(8).getInt64());
  record.manifest_sha256 = row.getColumn(9).getString();
  record.anchored = row.getColumn(10).getInt() != 0;
  record.damage = row.getColumn(11).getString();
  if (!row.isColumnNull(12)) record.verified_ms = row.getColumn(12).getInt64();
  if (!row.isColumnNull(13)) record.pruned_ms = row.getColumn(13).getInt64();
  if (!row.isColumnNull(14)) record.checked_ms = row.getColumn(14).getInt64();
  if (!row.isColumnNull(15)) record.pinned = row.getColumn(15).getString();
  return record;
}

ArchiveResource read_resource(SQLite::Statement& row) {
  ArchiveResource resource;
  resource.name = row.getColumn(1).getString();
  if (!row.isColumnNull(2)) resource.absent = row.getColumn(2).getString();
  resource.rows = static_cast<std::uint64_t>(row.getColumn(3).getInt64());
  resource.plain_bytes = static_cast<std::uint64_t>(row.getColumn(4).getInt64());
  resource.stored_bytes = static_cast<std::uint64_t>(row.getColumn(5).getInt64());
  resource.detail_json = row.getColumn(6).getString();
  resource.summary_json = row.getColumn(7).getString();
  return resource;
}

constexpr const char* kResourceColumns =
    "SELECT backup_id, name, absent, rows, plain_bytes, stored_bytes, detail_json, summary_json "
    "FROM archive_resources ";

void bind_optional(SQLite::Statement& statement, int index, std::optional<std::int64_t> value) {
  if (value)
    statement.bind(index, *value);
  else
    statement.bind(index);
}

void save_resources(SQLite::Database& db, const ArchiveRecord& record) {
  SQLite::Statement clear(db, "DELETE FROM archive_resources WHERE backup_id = ?");
  clear.bind(1, record.backup_id);
  clear.exec();
  SQLite::Statement insert(db, "INSERT INTO archive_resources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  int position = 0;
  for (const auto& resource : record.resources) {
    SQLite::bind(insert, record.backup_id, position++, resource.name);
    if (resource.absent)
      insert.bind(4, *resource.absent);
    else
      insert.bind(4);
    insert.bind(5, static_cast<std::int64_t>(resource.rows));
    insert.bind(6, static_cast<std::int64_t>(resource.plain_bytes));
    insert.bind(7, static_cast<std::int64_t>(resource.stored_bytes));
    insert.bind(8, resource.detail_json);
    insert.bind(9, resource.summary_json);
    insert.exec();
    insert.reset();
  }
}

ArchiveRecord require_archive(SQLite::Database& db, const std::string& backup_id) {
  auto record = load_archive(db, backup_id);
  if (!record)
    throw core::Error(core::ExitCode::kNotFound,
                      fmt::format("archive '{}' is not in the catalogue", backup_id),
                      "`catalogue list` shows every BackupId");
  return std::move(*record);
}

}  // namespace

const char* to_text(ArchiveStatus status) {
  return kStatuses.at(static_cast<std::size_t>(status));
}

bool went_missing(const ArchiveRecord& record) {
  return says_missing(record.damage, record.backup_id);
}

std::optional<ArchiveRecord> load_archive(SQLite::Database& db, const std::string& backup_id) {
  SQLite::Statement row(db, fmt::format("SELECT {} FROM archives WHERE backup_id = ?", kColumns));
  row.bind(1, backup_id);
  if (!row.executeStep()) return std::nullopt;
  ArchiveRecord record = read_record(row);
  SQLite::Statement resources(
      db, std::string(kResourceColumns) + "WHERE backup_id = ? ORDER BY position");
  resources.bind(1, backup_id);
  while (resources.executeStep()) record.resources.push_back(read_resource(resources));
  return record;
}

void insert_archive(SQLite::Database& db, const ArchiveRecord& record) {
  SQLite::Statement insert(db,
                           "INSERT INTO archives (backup_id, operation_id, kind, description, "
                           "requested_by, status, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?)");
  SQLite::bind(insert, record.backup_id, record.operation_id, record.kind, record.description,
               record.requested_by, to_text(record.status), record.created_ms);
  insert.exec();
  save_archive(db, record);
}

void save_archive(SQLite::Database& db, const ArchiveRecord& record) {
  SQLite::Statement update(
      db,
      "UPDATE archives SET status = ?, completed_ms = ?, size_bytes = ?, manifest_sha256 = ?, "
      "anchored = ?, damage = ?, verified_ms = ?, pruned_ms = ?, checked_ms = ?, pinned = ? "
      "WHERE backup_id = ?");
  SQLite::bind(update, to_text(record.status), record.completed_ms,
               static_cast<std::int64_t>(record.size_bytes), record.manifest_sha256,
               record.anchored, record.damage);
  bind_optional(update, 7, record.verified_ms);
  bind_optional(update, 8, record.pruned_ms);
  bind_optional(update, 9, record.checked_ms);
  if (record.pinned)
    update.bind(10, *record.pinned);
  else
    update.bind(10);
  update.bind(11, record.backup_id);
  update.exec();
  save_resources(db, record);
}

namespace {

// The same places as kColumns, without the long texts that a list does not show.
constexpr const char* kLeanColumns =
    "backup_id, '', kind, description, requested_by, status, created_ms, completed_ms, "
    "size_bytes, '', anchored, damage, verified_ms, pruned_ms, checked_ms, pinned";

void add_resources(SQLite::Database& db, std::vector<ArchiveRecord>& records) {
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < records.size(); ++i) index[records[i].backup_id] = i;
  SQLite::Statement rows(db, std::string(kResourceColumns) + "ORDER BY backup_id, position");
  while (rows.executeStep())
    if (const auto at = index.find(rows.getColumn(0).getString()); at != index.end())
      records[at->second].resources.push_back(read_resource(rows));
}

}  // namespace

std::vector<ArchiveRecord> list_archives(const StateFile& file, const ListFilter& filter) {
  std::vector<ArchiveRecord> records;
  file.read([&](SQLite::Database& db) {
    records.reserve(db.execAndGet("SELECT count(*) FROM archives").getUInt());
    SQLite::Statement rows(
        db, fmt::format("SELECT {} FROM archives {} ORDER BY backup_id",
                        filter.resources ? kColumns : kLeanColumns,
                        filter.pruned ? "" : "WHERE status NOT IN ('pruned', 'failed')"));
    while (rows.executeStep()) records.push_back(read_record(rows));
    if (filter.resources) add_resources(db, records);
  });
  return records;
}

std::vector<ArchiveName> name_archives(const StateFile& file, bool pruned,
                                       const VisitArchive& visit) {
  std::vector<ArchiveName> names;
  file.read([&](SQLite::Database& db) {
    SQLite::Statement rows(db,
                           fmt::format("SELECT {} FROM archives ORDER BY backup_id", kLeanColumns));
    while (rows.executeStep()) {
      const auto status = status_from_text(rows.getColumn(5).getText());
      const bool gone = status == ArchiveStatus::kPruned || status == ArchiveStatus::kFailed;
      auto id = rows.getColumn(0).getString();
      const bool lost = gone && says_missing(rows.getColumn(11).getText(), id);
      names.push_back({std::move(id), status, lost});
      if (visit && (pruned || !gone)) visit(read_record(rows));
    }
  });
  return names;
}

void visit_archives(const StateFile& file, const std::function<void(const ArchiveRecord&)>& visit) {
  file.read([&](SQLite::Database& db) {
    SQLite::Statement rows(db, fmt::format("SELECT {} FROM archives WHERE status IN "
                                           "('complete', 'damaged') ORDER BY backup_id DESC",
                                           kLeanColumns));
    SQLite::Statement resources(
        db,
        "SELECT backup_id, name, absent, rows, plain_bytes, stored_bytes, iif(summary_json = '', "
        "detail_json, ''), summary_json FROM archive_resources WHERE backup_id = ? "
        "ORDER BY position");
    while (rows.executeStep()) {
      ArchiveRecord record = read_record(rows);
      resources.bind(1, record.backup_id);
      while (resources.executeStep()) record.resources.push_back(read_resource(resources));
      resources.reset();
      visit(record);
    }
  });
}

bool prune_row(SQLite::Database& db, const std::string& backup_id, const Pruning& pruning) {
  auto record = load_archive(db, backup_id);
  if (!record || record->status == ArchiveStatus::kPruned || record->pinned) return false;
  record->status = ArchiveStatus::kPruned;
  record->pruned_ms = pruning.at_ms;
  save_archive(db, *record);
  add_audit(db, pruning.at_ms, pruning.operation_id, pruning.who,
            fmt::format("pruned {}", backup_id));
  return true;
}

ArchiveRecord get_archive(const StateFile& file, const std::string& backup_id) {
  ArchiveRecord record;
  file.read([&](SQLite::Database& db) { record = require_archive(db, backup_id); });
  return record;
}

void pin_archive(StateFile& file, const std::string& backup_id, const std::string& reason,
                 const std::string& who) {
  file.write([&](SQLite::Database& db) {
    ArchiveRecord record = require_archive(db, backup_id);
    if (record.status == ArchiveStatus::kPruned || record.status == ArchiveStatus::kFailed)
      throw core::Error(core::ExitCode::kPrecondition,
                        fmt::format("archive '{}' is {}: there is nothing left to pin", backup_id,
                                    to_text(record.status)),
                        "pin one that `catalogue list` shows");
    record.pinned = reason;
    save_archive(db, record);
    add_audit(db, file.clock().now_ms(), "", who, fmt::format("pinned {}: {}", backup_id, reason));
  });
}

void unpin_archive(StateFile& file, const std::string& backup_id, const std::string& who) {
  file.write([&](SQLite::Database& db) {
    ArchiveRecord record = require_archive(db, backup_id);
    record.pinned.reset();
    save_archive(db, record);
    add_audit(db, file.clock().now_ms(), "", who, fmt::format("unpinned {}", backup_id));
  });
}

}  // namespace state
