#include "state/operations/transitions.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "state/catalogue/catalogue.hpp"
#include "state/operations/journal.hpp"
#include "state/operations/moves.hpp"
#include "state/operations/rows.hpp"

namespace state {

namespace {

ArchiveRecord require(SQLite::Database& db, const std::string& backup_id) {
  auto record = load_archive(db, backup_id);
  if (!record)
    throw core::Error(core::ExitCode::kNotFound,
                      fmt::format("archive '{}' is not in the catalogue", backup_id),
                      "`catalogue list` shows every BackupId");
  return std::move(*record);
}

ArchiveRecord new_record(const Operation& operation, const EnvironmentRow& environment,
                         std::int64_t now_ms) {
  ArchiveRecord record;
  record.backup_id = core::make_backup_id(environment.name, now_ms);
  record.operation_id = operation.id;
  record.kind = operation.kind == Kind::kRestore ? "safety" : "backup";
  record.description = operation.description;
  record.requested_by = operation.requested_by;
  record.created_ms = now_ms;
  return record;
}

void mark_archive(Operation& operation, const std::string& backup_id, bool verified) {
  if (operation.target_archive == backup_id) operation.target_verified = verified;
  if (operation.snapshot_archive == backup_id) operation.snapshot_verified = verified;
}

void forget_maintenance(EnvironmentRow& environment) {
  environment.maintenance_return.reset();
  environment.maintenance_since.reset();
}

// A person's earlier pin keeps its reason.
void pin(SQLite::Database& db, const std::string& backup_id, const std::string& reason,
         Pins& pins) {
  auto record = load_archive(db, backup_id);
  if (!record) return;
  if (!record->pinned) {
    record->pinned = reason;
    save_archive(db, *record);
  }
  pins[backup_id] = *record->pinned;
}

}  // namespace

std::string begin_archive(StateFile& file, const Claim& claim) {
  std::string id;
  change(file, claim, [&](SQLite::Database& db, Operation& operation, EnvironmentRow& environment) {
    const auto record = new_record(operation, environment, file.clock().now_ms());
    insert_archive(db, record);
    operation.snapshot_archive = id = record.backup_id;
    operation.snapshot_verified = false;
    operation.safety_inherited = false;
  });
  return id;
}

void complete_archive(StateFile& file, const Claim& claim, const ArchiveRecord& record) {
  change(file, claim, [&](SQLite::Database& db, Operation&, EnvironmentRow&) {
    ArchiveRecord row = require(db, record.backup_id);
    row.status = ArchiveStatus::kComplete;
    row.completed_ms = file.clock().now_ms();
    row.size_bytes = record.size_bytes;
    row.manifest_sha256 = record.manifest_sha256;
    row.resources = record.resources;
    save_archive(db, row);
  });
}

void fail_archive(StateFile& file, const Claim& claim, const std::string& backup_id,
                  const std::string& error) {
  change(file, claim, [&](SQLite::Database& db, Operation&, EnvironmentRow&) {
    ArchiveRecord row = require(db, backup_id);
    row.status = ArchiveStatus::kFailed;
    row.damage = error;
    save_archive(db, row);
  });
}

void record_verified(StateFile& file, const Claim& claim, const std::string& backup_id) {
  change(file, claim, [&](SQLite::Database& db, Operation& operation, EnvironmentRow&) {
    ArchiveRecord row = require(db, backup_id);
    row.status = ArchiveStatus::kComplete;
    row.verified_ms = row.checked_ms = file.clock().now_ms();
    row.damage.clear();
    save_archive(db, row);
    mark_archive(operation, backup_id, true);
  });
}

void record_damage(StateFile& file, const Claim& claim, const std::string& backup_id,
                   const std::string& damage) {
  change(file, claim, [&](SQLite::Database& db, Operation& operation, EnvironmentRow&) {
    ArchiveRecord row = require(db, backup_id);
    row.status = ArchiveStatus::kDamaged;
    row.verified_ms.reset();
    row.checked_ms = file.clock().now_ms();
    row.damage = damage;
    save_archive(db, row);
    mark_archive(operation, backup_id, false);
    add_audit(db, file.clock().now_ms(), operation.id, operation.requested_by,
              fmt::format("found {} damaged: {}", backup_id, damage));
  });
}

bool record_pruned(StateFile& file, const Claim& claim, const std::string& backup_id) {
  bool pruned = false;
  change(file, claim, [&](SQLite::Database& db, Operation& operation, EnvironmentRow&) {
    pruned =
        prune_row(db, backup_id, {file.clock().now_ms(), operation.id, operation.requested_by});
  });
  return pruned;
}

Pins pin_both(StateFile& file, const Claim& claim, const std::string& reason) {
  Pins pins;
  change(file, claim, [&](SQLite::Database& db, Operation& operation, EnvironmentRow&) {
    pin(db, operation.target_archive, reason, pins);
    pin(db, operation.snapshot_archive, reason, pins);
  });
  return pins;
}

Pins record_no_safety(StateFile& file, const Claim& claim, const std::string& why) {
  Pins pins;
  change(file, claim, [&](SQLite::Database& db, Operation& operation, EnvironmentRow&) {
    if (!operation.snapshot_archive.empty())
      pin(db, operation.snapshot_archive, "the only, damaged, safety archive of a restore", pins);
    operation.snapshot_archive.clear();
    operation.snapshot_verified = false;
    operation.safety_inherited = false;
    operation.no_safety = true;
    add_audit(db, file.clock().now_ms(), operation.id, operation.requested_by,
              "the restore goes on without a safety archive: " + why);
  });
  return pins;
}

void set_state(StateFile& file, const Claim& claim, EnvironmentState state,
               const std::vector<std::string>& resources, const std::string& target) {
  change(file, claim, [&](SQLite::Database& db, Operation& operation, EnvironmentRow& environment) {
    if (state == EnvironmentState::kDestroying) {
      if (environment.restoring_from != target) {
        // Those that only the earlier target replaced stay recorded as they are: not live.
        drop_all_items(db);
      }
      for (const auto& name : resources) drop_items(db, name);
      environment.restoring_from = target;
      environment.safety_archive = operation.snapshot_archive;
      operation.destroy_began = true;
      operation.proved = false;
    }
    environment.state = state;
    for (const auto& name : resources) environment.resources[name] = state;
    add_audit(db, file.clock().now_ms(), operation.id, operation.requested_by,
              fmt::format("environment is {} from {}", to_text(state), target));
  });
}

void record_moved_back(StateFile& file, const Claim& claim, const std::string& resource,
                       EnvironmentState becomes) {
  change(file, claim, [&](SQLite::Database& db, Operation& operation, EnvironmentRow& environment) {
    forget_beside(db, resource);
    drop_items(db, resource);
    environment.resources[resource] = becomes;
    if (becomes == EnvironmentState::kLive) environment.resources.erase(resource);
    add_audit(db, file.clock().now_ms(), operation.id, operation.requested_by,
              fmt::format("{} is moved back to what it was before the restore", resource));
  });
}

void record_proved(StateFile& file, const Claim& claim) {
  change(file, claim, [&](SQLite::Database& db, Operation& operation, EnvironmentRow& environment) {
    operation.proved = true;
    add_audit(db, file.clock().now_ms(), operation.id, operation.requested_by,
              fmt::format("environment is live, equal to {}", environment.restoring_from));
    environment.state = EnvironmentState::kLive;
    environment.resources.clear();
    environment.restoring_from.clear();
    environment.safety_archive.clear();
    drop_all_items(db);
    forget_staged(db);
  });
}

void own_maintenance(StateFile& file, const Claim& claim, bool was_on) {
  change(file, claim, [&](SQLite::Database&, Operation&, EnvironmentRow& environment) {
    if (environment.maintenance_return) return;
    environment.maintenance_return = was_on;
    environment.maintenance_since =
        Moment{file.clock().now_ms(), file.clock().boottime_ms(), file.clock().boot_id()};
  });
}

void release_maintenance(StateFile& file, const Claim& claim) {
  change(file, claim, [&](SQLite::Database&, Operation&, EnvironmentRow& environment) {
    forget_maintenance(environment);
  });
}

namespace {

void change_environment(StateFile& file, const std::string& what,
                        const std::function<void(EnvironmentRow&)>& body) {
  file.write([&](SQLite::Database& db) {
    EnvironmentRow environment = load_environment(db);
    body(environment);
    save_environment(db, environment);
    add_audit(db, file.clock().now_ms(), "", "", what);
  });
}

}  // namespace

void clear_maintenance(StateFile& file) {
  change_environment(file, "maintenance returned", forget_maintenance);
}

void adopt_machine(StateFile& file) {
  change_environment(file, "adopted by machine " + file.place().machine_id,
                     [&](EnvironmentRow& row) { row.machine_id = file.place().machine_id; });
}

void confirm_clock(StateFile& file) {
  change_environment(file, "clock confirmed",
                     [&](EnvironmentRow& row) { row.newest_time_ms = file.clock().now_ms(); });
}

}  // namespace state
