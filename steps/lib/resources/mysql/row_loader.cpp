#include "resources/mysql/row_loader.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "resources/mysql/identifier.hpp"
#include "resources/mysql/row_format.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/sql_scanner.hpp"

namespace resources::mysql {

namespace {

bool is_geometry(const Column& column) {
  static const std::set<std::string> types{
      "geometry",     "point",           "linestring",     "polygon",           "multipoint",
      "multipolygon", "multilinestring", "geomcollection", "geometrycollection"};
  return types.count(column.data_type) > 0;
}

// MySQL 8 misses the default of a geometry column even when a column list names it (error 1364):
// such rows take the way through a table whose columns may all be NULL.
bool needs_stage(const Connection& connection, const Table& table) {
  return !connection.is_mariadb() &&
         std::any_of(table.columns.begin(), table.columns.end(), is_geometry);
}

// Fields of one column in tab-separated lines that are `text`, which needs no escape.
std::uint64_t fields_like(std::string_view rows, std::size_t column, std::string_view text) {
  std::uint64_t count = 0;
  std::size_t field = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] == '\\') {
      ++i;
      continue;
    }
    if (rows[i] != '\t' && rows[i] != '\n') continue;
    if (field == column && rows.substr(begin, i - begin) == text) ++count;
    field = rows[i] == '\t' ? field + 1 : 0;
    begin = i + 1;
  }
  return count;
}

// A line like "  UNIQUE KEY `name` (`a`,(lower(`b`)))".
bool is_key_of_expression(std::string_view line) {
  const auto key = line.find("KEY `");
  if (key == std::string_view::npos || key > line.find('`')) return false;
  return find_outside_quotes(line, "((") != std::string::npos ||
         find_outside_quotes(line, ",(") != std::string::npos;
}

bool has_key_expression(std::string_view shown) {
  for (std::size_t at = 0; at < shown.size();) {
    const auto end = std::min(shown.find('\n', at), shown.size());
    if (is_key_of_expression(shown.substr(at, end - at))) return true;
    at = end + 1;
  }
  return false;
}

std::string warnings_of(Connection& connection) {
  std::string text;
  for (const auto& row : connection.query("SHOW WARNINGS LIMIT 3"))
    text += fmt::format("{}{}", text.empty() ? "" : "; ", row[2].value_or(""));
  return text.empty() ? "the server names no reason" : text;
}

}  // namespace

RowLoader::RowLoader(Connection& connection, const Table& table, const std::string& scratch_schema)
    : m_connection(connection), m_table(table), m_target(quote_name(table.database, table.name)) {
  if (needs_stage(connection, table))
    m_stage = quote_name(scratch_schema, fmt::format("stage_{}", connection.id()));
}

std::string RowLoader::column_list() const {
  std::string list;
  for (const auto& column : m_table.columns)
    list += (list.empty() ? "" : ",") + quote_name(column.name);
  return list;
}

void RowLoader::begin() {
  if (m_stage.empty()) return;
  m_connection.execute("DROP TABLE IF EXISTS " + m_stage);
  // columns of the outer side may be NULL whatever they are in the table
  m_connection.execute(
      fmt::format("CREATE TABLE {} ENGINE=InnoDB AS SELECT {} FROM (SELECT 1 AS `1`) d"
                  " LEFT JOIN {} ON FALSE WHERE FALSE",
                  m_stage, column_list(), m_target),
      "cannot create a staging table for " + m_table.label());
  for (const auto& column : m_table.columns)
    if (is_geometry(column))
      m_connection.execute(fmt::format("ALTER TABLE {} MODIFY {} {} NULL", m_stage,
                                       quote_name(column.name), column.data_type));
}

void RowLoader::end() {
  if (!m_stage.empty()) m_connection.execute("DROP TABLE IF EXISTS " + m_stage);
}

void RowLoader::send(const archive::Member& member, std::string_view rows) {
  const std::string doing = fmt::format("cannot load {} into {}", member.name, m_table.label());
  const std::string sql =
      load_statement(m_table, m_stage.empty() ? m_target : m_stage, m_connection.is_mariadb());
  check(m_connection.load(sql, rows, doing), member, rows);
  if (!m_stage.empty()) move_from_stage(member);
}

void RowLoader::move_from_stage(const archive::Member& member) {
  const std::string columns = column_list();
  const LoadResult moved = m_connection.change(
      fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", m_target, columns, columns, m_stage),
      "cannot load rows into " + m_table.label());
  check(moved, member, "");
  m_connection.execute("DELETE FROM " + m_stage);
}

// LOCAL behaves like IGNORE: what it counts is all that tells a loss.
void RowLoader::check(const LoadResult& result, const archive::Member& member,
                      std::string_view rows) {
  const bool complete = result.records == member.rows && result.skipped == 0;
  if (complete && result.warnings == 0) return;
  const std::string told = warnings_of(m_connection);
  if (complete && (only_lost_labels(result, rows) || computes_values())) return;
  throw core::Error(
      core::ExitCode::kIntegrity,
      fmt::format("table {}: {} of {} rows taken, {} warnings: {}", m_table.label(),
                  result.records - std::min(result.records, result.skipped),
                  member.rows.value_or(0), result.warnings, told),
      "the chunk was rolled back: verify the archive, look at the table's definition");
}

// An ENUM can hold 0, the mark of a label that was never valid. It goes back in as what it was, but
// not without a warning for each.
bool RowLoader::only_lost_labels(const LoadResult& result, std::string_view rows) {
  constexpr std::string_view kDeprecated = "1287";  // a charset's name: nothing about the rows
  std::set<std::string> columns;
  std::uint64_t harmless = 0;
  for (const auto& row : m_connection.query("SHOW WARNINGS")) {
    if (row[1] == kDeprecated) {
      ++harmless;
      continue;
    }
    const std::string text = row[2].value_or("");
    const auto column =
        std::find_if(m_table.columns.begin(), m_table.columns.end(), [&](const Column& candidate) {
          return candidate.data_type == "enum" &&
                 text.find('\'' + candidate.name + "' at row") != std::string::npos;
        });
    if (row[1] != "1265" || column == m_table.columns.end()) return false;
    columns.insert(column->name);
  }
  for (std::size_t i = 0; i < m_table.columns.size(); ++i) {
    const Column& column = m_table.columns[i];
    if (columns.count(column.name) > 0)
      harmless += fields_like(rows, i, column.as_number ? "0" : "");
  }
  return harmless == result.warnings;
}

// A generated column or the expression of a key warns of what it makes of the rows, in words that
// may name the columns it reads. What the rows are themselves is compared after the restore.
bool RowLoader::computes_values() {
  const std::string shown = show_create_table(m_connection, m_table.database, m_table.name);
  return find_outside_quotes(shown, " GENERATED ALWAYS AS (") != std::string::npos ||
         has_key_expression(shown);
}

}  // namespace resources::mysql
