#include "state/catalogue/verification.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "state/catalogue/catalogue.hpp"
#include "state/operations/rows.hpp"

namespace state {

namespace {

ArchiveRecord existing(SQLite::Database& db, const std::string& backup_id) {
  auto record = load_archive(db, backup_id);
  if (!record || record->status == ArchiveStatus::kPruned)
    throw core::Error(core::ExitCode::kNotFound,
                      fmt::format("archive '{}' is not in the catalogue", backup_id),
                      "`catalogue list` shows every BackupId");
  return std::move(*record);
}

}  // namespace

bool has_file(const ArchiveRecord& record) {
  if (record.status == ArchiveStatus::kPruned)
    throw core::Error(core::ExitCode::kNotFound,
                      fmt::format("archive '{}' was pruned", record.backup_id),
                      "`catalogue list` shows every BackupId");
  return record.status == ArchiveStatus::kComplete || record.status == ArchiveStatus::kDamaged;
}

void note_verified(StateFile& file, const std::string& backup_id) {
  file.write([&](SQLite::Database& db) {
    ArchiveRecord record = existing(db, backup_id);
    record.status = ArchiveStatus::kComplete;
    record.verified_ms = record.checked_ms = file.clock().now_ms();
    record.damage.clear();
    save_archive(db, record);
  });
}

void note_damaged(StateFile& file, const std::string& backup_id, const std::string& damage) {
  file.write([&](SQLite::Database& db) {
    ArchiveRecord record = existing(db, backup_id);
    record.status = ArchiveStatus::kDamaged;
    record.verified_ms.reset();
    record.checked_ms = file.clock().now_ms();
    record.damage = damage;
    save_archive(db, record);
    add_audit(db, file.clock().now_ms(), "", "verify",
              fmt::format("found {} damaged: {}", backup_id, damage));
  });
}

}  // namespace state
