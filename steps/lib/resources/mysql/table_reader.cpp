#include "resources/mysql/table_reader.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/mysql/identifier.hpp"

namespace resources::mysql {

namespace {

std::string text(const Row& row, std::size_t column) {
  return row[column].value_or("");
}

std::uint64_t figure(const Row& row, std::size_t column) {
  return std::strtoull(text(row, column).c_str(), nullptr, 10);
}

std::string lower(std::string value) {
  std::transform(value.begin(), value.end(), value.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return value;
}

std::set<std::string> transactional_engines(Connection& connection) {
  std::set<std::string> names;
  for (const auto& row :
       connection.query("SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS='YES'"))
    names.insert(lower(text(row, 0)));
  return names;
}

bool takes_history_back(const Connection& connection) {
  return connection.is_mariadb() && connection.version_number() >= 101100;
}

// When a row of a versioned table came and went.
bool is_row_time(const std::string& expression) {
  return expression == "ROW START" || expression == "ROW END";
}

bool is_stored(const std::string& extra) {
  return extra.find("STORED GENERATED") != std::string::npos ||
         extra.find("PERSISTENT GENERATED") != std::string::npos;
}

// DEFAULT_GENERATED of MySQL 8 is a default, not a generated column.
bool is_generated(const std::string& extra) {
  return extra.find("VIRTUAL GENERATED") != std::string::npos || is_stored(extra);
}

using TablesByName = std::map<std::string, Table>;

TablesByName list_tables(Connection& connection, const std::string& database) {
  const auto transactional = transactional_engines(connection);
  TablesByName tables;
  for (const auto& row : connection.query(fmt::format(
           "SELECT TABLE_NAME, ENGINE, TABLE_ROWS, DATA_LENGTH, TABLE_TYPE='SYSTEM VERSIONED',"
           " DATA_LENGTH+COALESCE(INDEX_LENGTH,0) FROM information_schema.TABLES"
           " WHERE TABLE_SCHEMA={} AND TABLE_TYPE IN ('BASE TABLE','SYSTEM VERSIONED')",
           quote_text(database)))) {
    Table table;
    table.database = database;
    table.name = text(row, 0);
    table.engine = text(row, 1);
    table.transactional = transactional.count(lower(table.engine)) > 0;
    table.estimated_rows = figure(row, 2);
    table.estimated_bytes = figure(row, 3);
    table.disk_bytes = figure(row, 5);
    if (figure(row, 4) == 1)
      table.history = takes_history_back(connection) ? History::kKept : History::kLost;
    tables.emplace(table.name, std::move(table));
  }
  return tables;
}

void add_columns(Connection& connection, const std::string& database, TablesByName& tables) {
  std::set<std::string> named_times;  // tables whose row times are columns that people see
  for (const auto& row : connection.query(fmt::format(
           "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_SET_NAME, COLUMN_TYPE, EXTRA,"
           " GENERATION_EXPRESSION FROM information_schema.COLUMNS WHERE TABLE_SCHEMA={}"
           " ORDER BY TABLE_NAME, ORDINAL_POSITION",
           quote_text(database)))) {
    const auto found = tables.find(text(row, 0));
    if (found == tables.end()) continue;
    Table& table = found->second;
    Column column{text(row, 1), lower(text(row, 2)), text(row, 3),
                  text(row, 4).find("unsigned") != std::string::npos};
    column.as_number = column.data_type == "enum" || column.data_type == "set";
    const bool row_time = is_row_time(text(row, 6));
    if (row_time) {
      named_times.insert(table.name);
      if (column.data_type != "timestamp") table.history = History::kLost;
    }
    const bool left_out = row_time ? table.history == History::kLost : is_generated(text(row, 5));
    if (!left_out)
      table.columns.push_back(std::move(column));
    else if (is_stored(text(row, 5)) && !row_time)
      table.computed.push_back(std::move(column));
  }
  for (auto& [name, table] : tables)
    if (table.history == History::kKept && named_times.count(name) == 0)
      for (const char* column : {"row_start", "row_end"})
        table.columns.push_back({column, "timestamp", "", false});
}

void add_primary_keys(Connection& connection, const std::string& database, TablesByName& tables) {
  for (const auto& row : connection.query(fmt::format(
           "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.STATISTICS"
           " WHERE TABLE_SCHEMA={} AND INDEX_NAME='PRIMARY' ORDER BY TABLE_NAME, SEQ_IN_INDEX",
           quote_text(database)))) {
    const auto found = tables.find(text(row, 0));
    if (found != tables.end()) found->second.primary_key.push_back(text(row, 1));
  }
}

}  // namespace

std::vector<Table> read_tables(Connection& connection, const std::string& database) {
  auto by_name = list_tables(connection, database);
  add_columns(connection, database, by_name);
  add_primary_keys(connection, database, by_name);
  std::vector<Table> tables;
  for (auto& [name, table] : by_name) tables.push_back(std::move(table));
  std::stable_sort(tables.begin(), tables.end(), [](const Table& a, const Table& b) {
    return a.estimated_bytes > b.estimated_bytes;
  });
  return tables;
}

void check_names(const Connection& connection, const Table& table) {
  if (connection.is_mariadb()) return;
  for (const auto* columns : {&table.columns, &table.computed})
    for (const auto& column : *columns)
      if (column.name == "*")
        throw core::Error(core::ExitCode::kPrecondition,
                          fmt::format("table {} has a column named *, which MySQL reads as all "
                                      "columns",
                                      table.label()),
                          "rename that column");
}

bool holds_rows(const Table& table) {
  static const std::set<std::string> foreign{"mrg_myisam", "merge",   "federated",
                                             "blackhole",  "connect", "spider"};
  return foreign.count(lower(table.engine)) == 0;
}

}  // namespace resources::mysql
