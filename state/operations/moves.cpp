#include "state/operations/moves.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>

#include "state/operations/begin_rules.hpp"
#include "state/operations/rows.hpp"

namespace state {

namespace {

BesideRow row_from(SQLite::Statement& row) {
  BesideRow found;
  found.resource = row.getColumn(0).getString();
  found.beside.staged_archive = row.getColumn(1).getString();
  found.beside.staged_proved = row.getColumn(2).getInt() != 0;
  found.staged_ms = row.getColumn(3).getInt64();
  found.beside.aside_archive = row.getColumn(4).getString();
  found.beside.aside_droppable = row.getColumn(5).getInt() != 0;
  found.aside_ms = row.getColumn(6).getInt64();
  return found;
}

BesideRow find(SQLite::Database& db, const std::string& resource) {
  for (auto& row : load_all_beside(db))
    if (row.resource == resource) return row;
  return {resource, {}, 0, 0};
}

void save(SQLite::Database& db, const BesideRow& row) {
  SQLite::Statement insert(db, "INSERT OR REPLACE INTO beside VALUES (?, ?, ?, ?, ?, ?, ?)");
  SQLite::bind(insert, row.resource, row.beside.staged_archive, row.beside.staged_proved ? 1 : 0,
               row.staged_ms, row.beside.aside_archive, row.beside.aside_droppable ? 1 : 0,
               row.aside_ms);
  insert.exec();
}

void remove(SQLite::Database& db, const std::string& resource) {
  SQLite::Statement gone(db, "DELETE FROM beside WHERE resource = ?");
  gone.bind(1, resource);
  gone.exec();
}

}  // namespace

MayWrite while_claimed(Claim claim) {
  return [claim = std::move(claim)](SQLite::Database& db) { check_claim(db, claim); };
}

MayWrite while_no_restore_runs() {
  return [](SQLite::Database& db) {
    const auto running = load_running(db);
    if (running && running->kind == Kind::kRestore) refuse_busy(*running);
  };
}

std::vector<BesideRow> load_all_beside(SQLite::Database& db) {
  std::vector<BesideRow> found;
  SQLite::Statement rows(db,
                         "SELECT resource, staged_archive, staged_proved, staged_ms, "
                         "aside_archive, aside_droppable, aside_ms FROM beside ORDER BY resource");
  while (rows.executeStep()) found.push_back(row_from(rows));
  return found;
}

core::Beside load_beside(const StateFile& file, const std::string& resource) {
  core::Beside beside;
  file.read([&](SQLite::Database& db) { beside = find(db, resource).beside; });
  return beside;
}

void save_beside(StateFile& file, const MayWrite& may_write, const std::string& resource,
                 const core::Beside& beside) {
  file.write([&](SQLite::Database& db) {
    may_write(db);
    if (beside.staged_archive.empty() && beside.aside_archive.empty()) return remove(db, resource);
    BesideRow row = find(db, resource);
    const std::int64_t now = file.clock().now_ms();
    if (row.beside.staged_archive != beside.staged_archive) row.staged_ms = now;
    if (row.beside.aside_archive != beside.aside_archive) row.aside_ms = now;
    row.beside = beside;
    save(db, row);
  });
}

std::map<std::string, std::string> load_moves(const StateFile& file, const std::string& resource) {
  std::map<std::string, std::string> moves;
  file.read([&](SQLite::Database& db) {
    SQLite::Statement rows(db, "SELECT part, move FROM moves WHERE resource = ?");
    rows.bind(1, resource);
    while (rows.executeStep()) moves[rows.getColumn(0).getString()] = rows.getColumn(1).getString();
  });
  return moves;
}

void record_move(StateFile& file, const MayWrite& may_write, const std::string& resource,
                 const std::string& part, const std::string& move) {
  file.write([&](SQLite::Database& db) {
    may_write(db);
    SQLite::Statement insert(db, "INSERT OR REPLACE INTO moves VALUES (?, ?, ?)");
    SQLite::bind(insert, resource, part, move);
    insert.exec();
  });
}

void forget_moves(StateFile& file, const MayWrite& may_write, const std::string& resource,
                  const std::vector<std::string>& parts) {
  file.write([&](SQLite::Database& db) {
    may_write(db);
    SQLite::Statement all(db, "DELETE FROM moves WHERE resource = ?");
    all.bind(1, resource);
    if (parts.empty()) all.exec();
    SQLite::Statement one(db, "DELETE FROM moves WHERE resource = ? AND part = ?");
    for (const auto& part : parts) {
      SQLite::bind(one, resource, part);
      one.exec();
      one.reset();
    }
  });
}

void mark_aside_droppable(SQLite::Database& db) {
  db.exec("UPDATE beside SET aside_droppable = 1 WHERE aside_archive <> ''");
}

void forget_beside(SQLite::Database& db, const std::string& resource) {
  remove(db, resource);
  SQLite::Statement moves(db, "DELETE FROM moves WHERE resource = ?");
  moves.bind(1, resource);
  moves.exec();
}

void forget_staged(SQLite::Database& db) {
  db.exec("UPDATE beside SET staged_archive = '', staged_proved = 0");
  db.exec("DELETE FROM beside WHERE aside_archive = ''");
}

}  // namespace state
