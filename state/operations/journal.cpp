#include "state/operations/journal.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>

namespace state {

bool is_journalled(const StateFile& file, const std::string& resource, const std::string& item) {
  bool found = false;
  file.read([&](SQLite::Database& db) {
    SQLite::Statement row(db, "SELECT 1 FROM restore_journal WHERE resource = ? AND item = ?");
    SQLite::bind(row, resource, item);
    found = row.executeStep();
  });
  return found;
}

std::vector<std::string> journalled(const StateFile& file, const std::string& resource) {
  std::vector<std::string> items;
  file.read([&](SQLite::Database& db) {
    SQLite::Statement rows(db, "SELECT item FROM restore_journal WHERE resource = ? ORDER BY item");
    rows.bind(1, resource);
    while (rows.executeStep()) items.push_back(rows.getColumn(0).getString());
  });
  return items;
}

void add_to_journal(StateFile& file, const Claim& claim, const std::string& resource,
                    const std::string& item) {
  file.write([&](SQLite::Database& db) {
    check_claim(db, claim);
    SQLite::Statement insert(db, "INSERT OR IGNORE INTO restore_journal VALUES (?, ?)");
    SQLite::bind(insert, resource, item);
    insert.exec();
  });
}

void clear_journal(StateFile& file, const Claim& claim, const std::string& resource,
                   const std::vector<std::string>& items) {
  file.write([&](SQLite::Database& db) {
    check_claim(db, claim);
    if (items.empty()) drop_items(db, resource);
    SQLite::Statement remove(db, "DELETE FROM restore_journal WHERE resource = ? AND item = ?");
    for (const auto& item : items) {
      SQLite::bind(remove, resource, item);
      remove.exec();
      remove.reset();
    }
  });
}

void remember_fact(StateFile& file, const Claim& claim, const std::string& resource,
                   const std::string& key, const std::string& value) {
  file.write([&](SQLite::Database& db) {
    check_claim(db, claim);
    SQLite::Statement insert(db, "INSERT OR REPLACE INTO restore_facts VALUES (?, ?, ?)");
    SQLite::bind(insert, resource, key, value);
    insert.exec();
  });
}

std::optional<std::string> recall_fact(const StateFile& file, const std::string& resource,
                                       const std::string& key) {
  std::optional<std::string> value;
  file.read([&](SQLite::Database& db) {
    SQLite::Statement row(db, "SELECT value FROM restore_facts WHERE resource = ? AND key = ?");
    SQLite::bind(row, resource, key);
    if (row.executeStep()) value = row.getColumn(0).getString();
  });
  return value;
}

void drop_items(SQLite::Database& db, const std::string& resource) {
  SQLite::Statement remove(db, "DELETE FROM restore_journal WHERE resource = ?");
  remove.bind(1, resource);
  remove.exec();
}

void drop_all_items(SQLite::Database& db) {
  db.exec("DELETE FROM restore_journal");
}

void drop_facts(SQLite::Database& db) {
  db.exec("DELETE FROM restore_facts");
}

}  // namespace state
