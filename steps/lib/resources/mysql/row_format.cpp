#include "resources/mysql/row_format.hpp"

#include <set>

#include <fmt/format.h>

#include "resources/mysql/identifier.hpp"

namespace resources::mysql {

namespace {

// The charset that a value must be read in, where raw bytes would be taken amiss; empty: raw.
std::string converted_through(const Column& column, bool mariadb) {
  static const std::set<std::string> wide{"ucs2", "utf16", "utf16le", "utf32"};
  if (column.data_type == "json" && !mariadb) return "utf8mb4";
  // a binary text would be taken for the value's own 16 bytes
  if (column.data_type == "uuid" || column.data_type == "inet6" || column.data_type == "inet4")
    return "ascii";
  const bool label = column.data_type == "enum" || column.data_type == "set";
  // the same bytes, and a name that servers neither warn of nor give another meaning
  if (label && (column.character_set == "utf8" || column.character_set == "utf8mb3"))
    return "utf8mb4";
  // a label is looked up in the column's charset; wide characters must not be cut in halves
  return label || wide.count(column.character_set) > 0 ? column.character_set : "";
}

// What a column is set to from the variable that took its text; empty: the text itself.
std::string value_of(const Column& column, const std::string& variable, bool mariadb) {
  if (column.as_number) return fmt::format("CAST({} AS UNSIGNED)", variable);
  const std::string charset = converted_through(column, mariadb);
  return charset.empty() ? "" : fmt::format("CONVERT({} USING {})", variable, charset);
}

}  // namespace

std::string select_list(const Table& table) {
  std::string list;
  for (const auto* columns : {&table.columns, &table.computed})
    for (const auto& column : *columns) {
      if (!list.empty()) list += ',';
      const std::string name = quote_name(column.name);
      // as text a FLOAT is rounded to six digits; as a DOUBLE all of it is printed
      list += column.as_number              ? fmt::format("CAST({} AS UNSIGNED)", name)
              : column.data_type == "float" ? name + "*1e0"
                                            : name;
    }
  return list.empty() ? "1" : list;
}

std::string load_statement(const Table& table, const std::string& target, bool mariadb) {
  std::string columns;
  std::string settings;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (i > 0) columns += ',';
    const std::string value = value_of(column, fmt::format("@v{}", i), mariadb);
    if (value.empty()) {
      columns += quote_name(column.name);
      continue;
    }
    columns += fmt::format("@v{}", i);
    settings +=
        fmt::format("{} {}={}", settings.empty() ? " SET" : ",", quote_name(column.name), value);
  }
  if (columns.empty()) columns = "@nothing";
  return fmt::format(
      "LOAD DATA LOCAL INFILE 'rows' INTO TABLE {} CHARACTER SET binary"
      " FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' ({}){}",
      target, columns, settings);
}

bool needs_no_escape(const Column& column) {
  static const std::set<std::string> plain{
      "tinyint", "smallint", "mediumint", "int",  "bigint", "decimal", "float", "double",
      "date",    "datetime", "timestamp", "time", "year",   "uuid",    "inet6", "inet4"};
  return column.as_number || plain.count(column.data_type) > 0;
}

}  // namespace resources::mysql
