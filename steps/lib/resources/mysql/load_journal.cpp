#include "resources/mysql/load_journal.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/sha256.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/schema_reader.hpp"

namespace resources::mysql {

namespace {
constexpr std::size_t kLongestName = 40;
constexpr const char* kTarget = "target";

}  // namespace

std::string scratch_schema(const std::string& environment) {
  std::string name = environment.size() <= kLongestName
                         ? environment
                         : core::sha256_hex(environment).substr(0, 32);
  std::replace(name.begin(), name.end(), '-', '_');
  return "environment_backup_" + name;
}

std::string chunk_item(std::size_t member_index) {
  return fmt::format("chunk {}", member_index);
}

std::string table_item(const std::string& what, const std::string& database,
                       const std::string& table) {
  return what + ' ' + core::sha256_hex(database + '\n' + table).substr(0, 32);
}

std::string object_item(const Definition& definition) {
  return fmt::format("{} {}", definition.kind == ObjectKind::kEvent ? "event" : "object",
                     core::sha256_hex(label(definition)).substr(0, 32));
}

LoadJournal::LoadJournal(Connection& connection, core::Context& context,
                         const std::string& environment, const std::string& manifest_sha256,
                         const std::string& table)
    : m_context(context),
      m_schema(scratch_schema(environment)),
      m_table(quote_name(m_schema, table)) {
  connection.execute("CREATE DATABASE IF NOT EXISTS " + quote_name(m_schema),
                     "cannot create the scratch schema " + m_schema);
  connection.execute("CREATE TABLE IF NOT EXISTS " + m_table +
                     " (item VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,"
                     " value MEDIUMBLOB NOT NULL, written_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)"
                     " ENGINE=InnoDB");
  read(connection);
  if (m_items.empty()) {
    context.journal.clear("mysql");
    done(connection, kTarget, manifest_sha256);
  }
  if (find(kTarget) != manifest_sha256)
    throw core::Error(core::ExitCode::kPrecondition,
                      "the databases hold a half-finished restore of another archive",
                      "run destroy again before this archive is restored");
}

void LoadJournal::read(Connection& connection) {
  for (auto& row : connection.query("SELECT item, value FROM " + m_table))
    m_items.emplace(row[0].value_or(""), row[1].value_or(""));
  for (const auto& [item, value] : m_items)
    if (!m_context.journal.is_done("mysql", item)) m_context.journal.done("mysql", item);
}

void LoadJournal::drop(Connection& connection, core::Context& context,
                       const std::string& environment) {
  connection.execute("DROP DATABASE IF EXISTS " + quote_name(scratch_schema(environment)),
                     "cannot drop the scratch schema");
  context.journal.clear("mysql");
}

void LoadJournal::drop_one(Connection& connection, const std::string& environment,
                           const std::string& journal) {
  if (existing_databases(connection, {scratch_schema(environment)}).empty()) return;
  connection.execute("DROP TABLE IF EXISTS " + quote_name(scratch_schema(environment), journal),
                     "cannot drop a journal");
}

void LoadJournal::forget(Connection& connection, core::Context& context,
                         const std::string& environment, const std::vector<std::string>& items,
                         const std::string& journal) {
  const std::string table = quote_name(scratch_schema(environment), journal);
  for (const auto& item : items)
    connection.execute("DELETE FROM " + table + " WHERE item=" + quote_text(item));
  if (!items.empty()) context.journal.clear("mysql", items);
}

std::optional<std::string> LoadJournal::find(const std::string& item) const {
  const std::lock_guard lock(m_mutex);
  const auto found = m_items.find(item);
  return found == m_items.end() ? std::nullopt : std::optional(found->second);
}

void LoadJournal::insert(Connection& connection, const std::string& item,
                         const std::string& value) {
  connection.execute(fmt::format("INSERT INTO {} (item, value) VALUES ({}, {})", m_table,
                                 quote_text(item), quote_bytes(value)),
                     "cannot write the restore's journal");
}

void LoadJournal::mirror(const std::string& item, const std::string& value) {
  {
    const std::lock_guard lock(m_mutex);
    m_items[item] = value;
  }
  m_context.journal.done("mysql", item);
}

void LoadJournal::strike(Connection& connection, const std::vector<std::string>& items) {
  for (const auto& item : items) {
    if (!is_done(item)) continue;
    connection.execute(fmt::format("DELETE FROM {} WHERE item={}", m_table, quote_text(item)));
    const std::lock_guard lock(m_mutex);
    m_items.erase(item);
  }
  connection.execute("COMMIT");
  if (!items.empty()) m_context.journal.clear("mysql", items);
}

void LoadJournal::done(Connection& connection, const std::string& item, const std::string& value) {
  insert(connection, item, value);
  connection.execute("COMMIT");
  mirror(item, value);
}

}  // namespace resources::mysql
