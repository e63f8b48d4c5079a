#include "resources/mysql/archived_mysql.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/mysql/schema_text.hpp"
#include "resources/mysql/table_definition.hpp"

namespace resources::mysql {

namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw core::Error(core::ExitCode::kIntegrity, "the archive's manifest " + what,
                    "verify the archive or take another one");
}

Column column_from_json(const json::Value& entry) {
  return {entry.at("name").as_string(), entry.at("type").as_string(),
          entry.get_string("character_set"), entry.get_bool("unsigned"),
          entry.get_bool("as_number")};
}

json::Value columns_to_json(const std::vector<Column>& list) {
  json::Value columns = json::Value::array();
  for (const auto& column : list) {
    json::Value entry = json::Value::object();
    entry.set("name", column.name);
    entry.set("type", column.data_type);
    if (!column.character_set.empty()) entry.set("character_set", column.character_set);
    if (column.is_unsigned) entry.set("unsigned", true);
    if (column.as_number) entry.set("as_number", true);
    columns.push_back(std::move(entry));
  }
  return columns;
}

ArchivedTable table_from_json(const json::Value& entry) {
  ArchivedTable archived;
  Table& table = archived.table;
  table.database = entry.at("database").as_string();
  table.name = entry.at("name").as_string();
  table.engine = entry.get_string("engine");
  table.transactional = entry.at("transactional").as_bool();
  table.disk_bytes = entry.get_uint("disk_bytes");
  if (entry.get_bool("history")) table.history = History::kKept;
  table.primary_key = entry.get_strings("primary_key");
  for (const auto& column : entry.at("columns").as_array())
    table.columns.push_back(column_from_json(column));
  archived.checksum =
      RowChecksum::from_text(entry.at("rows").as_uint(), entry.at("checksum").as_string());
  table.estimated_rows = archived.checksum.rows();
  if (const json::Value* computed = entry.find("computed")) {
    for (const auto& column : computed->at("columns").as_array())
      table.computed.push_back(column_from_json(column));
    archived.computed =
        RowChecksum::from_text(archived.checksum.rows(), computed->at("checksum").as_string());
  }
  return archived;
}

}  // namespace

ArchivedMysql::ArchivedMysql(const archive::ArchiveReader& reader, ArchiveView view)
    : m_reader(reader), m_view(std::move(view)) {
  const auto* entry = reader.manifest().resource("mysql");
  if (entry == nullptr) refuse("holds no databases");
  const json::Value& detail = entry->detail;
  const json::Value& server = detail.at("server");
  m_server = {server.at("flavour").as_string() == "mariadb", server.at("version").as_string(),
              server.at("version_number").as_uint()};
  m_cut_unix_seconds = detail.at("cut_unix_seconds").as_int();
  m_time_zone = detail.get_string("time_zone");
  m_databases = detail.get_strings("databases");
  read_tables(detail);
  place_chunks();
  apply_view();
}

std::string ArchivedMysql::viewed(const std::string& database) const {
  const auto found = m_view.schemas.find(database);
  return found == m_view.schemas.end() ? database : found->second;
}

void ArchivedMysql::rename(Definition& definition) const {
  if (definition.kind == ObjectKind::kTable)
    definition.statement = without_foreign_keys(definition.statement, [&](const auto& part) {
      const auto [database, name] = foreign_table(part, definition.database);
      return m_view.schemas.count(database) == 0 ||
             (m_view.holds_table && !m_view.holds_table(database, name));
    });
  definition.statement = with_schemas(definition.statement, m_view.schemas);
  definition.database = viewed(definition.database);
  if (definition.kind == ObjectKind::kDatabase) definition.name = definition.database;
}

bool ArchivedMysql::holds(const Definition& definition) const {
  if (definition.kind != ObjectKind::kTable && definition.kind != ObjectKind::kSequence)
    return m_view.others;
  return !m_view.holds_table || m_view.holds_table(definition.database, definition.name);
}

void ArchivedMysql::apply_view() {
  if (m_view.holds_table)
    std::erase_if(m_tables, [&](const ArchivedTable& archived) {
      return !m_view.holds_table(archived.table.database, archived.table.name);
    });
  for (auto& database : m_databases) database = viewed(database);
  for (auto& archived : m_tables) archived.table.database = viewed(archived.table.database);
}

void ArchivedMysql::read_tables(const json::Value& detail) {
  for (const auto& entry : detail.at("tables").as_array())
    m_tables.push_back(table_from_json(entry));
}

void ArchivedMysql::place_chunks() {
  std::map<std::pair<std::string, std::string>, ArchivedTable*> by_name;
  for (auto& archived : m_tables)
    if (!by_name.emplace(std::pair(archived.table.database, archived.table.name), &archived).second)
      refuse("names table " + archived.table.label() + " twice");
  std::map<const ArchivedTable*, RowChecksum> sums;
  const auto& members = m_reader.manifest().members;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto& member = members[i];
    if (member.resource != "mysql" || member.meta.get_string("kind") != "rows") continue;
    const auto found =
        by_name.find({member.meta.at("database").as_string(), member.meta.at("table").as_string()});
    if (found == by_name.end()) refuse("does not know the table of " + member.name);
    found->second->chunks.push_back(i);
    found->second->table.estimated_bytes += member.plain_size;
    sums[found->second] +=
        RowChecksum::from_text(member.rows.value_or(0), member.meta.at("checksum").as_string());
  }
  for (const auto& archived : m_tables)
    if (sums[&archived] != archived.checksum)
      refuse("has other rows in the chunks than in table " + archived.table.label());
}

const archive::Member& ArchivedMysql::member(std::size_t index) const {
  return m_reader.manifest().members.at(index);
}

std::uint64_t ArchivedMysql::plain_bytes() const {
  std::uint64_t sum = 0;
  for (const auto& archived : m_tables) sum += archived.table.estimated_bytes;
  return sum;
}

std::string ArchivedMysql::read(const archive::Member& member, core::Context& context) const {
  const auto charge =
      context.memory.acquire(member.plain_size + member.stored_size, context.cancel);
  return m_reader.read(member);
}

std::vector<Definition> ArchivedMysql::definitions(core::Context& context) const {
  std::vector<Definition> all;
  for (const auto* member : m_reader.manifest().members_of("mysql")) {
    if (member->meta.get_string("kind") != "schema") continue;
    for (auto& definition : read_schema_text(read(*member, context), member->meta)) {
      if (!holds(definition)) continue;
      if (!m_view.schemas.empty()) rename(definition);
      all.push_back(std::move(definition));
    }
  }
  return all;
}

std::vector<ArchivedMysql::Account> ArchivedMysql::accounts(core::Context& context) const {
  std::vector<Account> accounts;
  if (!m_view.others) return accounts;
  for (const auto* member : m_reader.manifest().members_of("mysql")) {
    if (member->meta.get_string("kind") != "accounts") continue;
    const json::Value list = json::parse(read(*member, context), member->name);
    for (const auto& entry : list.as_array())
      accounts.push_back({entry.at("account").as_string(), entry.get_strings("statements")});
  }
  return accounts;
}

json::Value table_to_json(const Table& table, const RowChecksum& checksum,
                          const RowChecksum& computed) {
  json::Value keys = json::Value::array();
  for (const auto& name : table.primary_key) keys.push_back(name);
  json::Value entry = json::Value::object();
  entry.set("database", table.database);
  entry.set("name", table.name);
  entry.set("engine", table.engine);
  entry.set("transactional", table.transactional);
  if (table.history == History::kKept) entry.set("history", true);
  entry.set("disk_bytes", table.disk_bytes);
  entry.set("rows", checksum.rows());
  entry.set("checksum", checksum.hex());
  entry.set("primary_key", std::move(keys));
  entry.set("columns", columns_to_json(table.columns));
  if (!table.computed.empty()) {
    json::Value sums = json::Value::object();
    sums.set("columns", columns_to_json(table.computed));
    sums.set("checksum", computed.hex());
    entry.set("computed", std::move(sums));
  }
  return entry;
}

}  // namespace resources::mysql
