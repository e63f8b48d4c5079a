#include "resources/mysql/range_planner.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "resources/mysql/identifier.hpp"
#include "resources/mysql/row_format.hpp"

namespace resources::mysql {

namespace {

constexpr std::uint64_t kMostRanges = 256;
constexpr const char* kByPrimaryKey = " FORCE INDEX (PRIMARY)";

bool is_integer(const Column& column) {
  static const std::set<std::string> types{"tinyint", "smallint", "mediumint", "int", "bigint"};
  return types.count(column.data_type) > 0;
}

// Charsets in which any ASCII byte may follow any prefix: the guesses below are then valid texts.
bool is_text(const Column& column) {
  static const std::set<std::string> types{"char", "varchar", "binary", "varbinary"};
  static const std::set<std::string> charsets{"", "ascii", "latin1", "utf8", "utf8mb3", "utf8mb4"};
  return types.count(column.data_type) > 0 && charsets.count(column.character_set) > 0;
}

std::string from_table(const Table& table) {
  return quote_name(table.database, table.name) + kByPrimaryKey;
}

std::vector<std::string> integer_boundaries(Connection& connection, const Table& table,
                                            const Column& column, std::size_t ranges) {
  const std::string name = quote_name(column.name);
  const auto rows =
      connection.query(fmt::format("SELECT MIN({0}), MAX({0}) FROM {1}", name, from_table(table)),
                       "cannot read the keys of " + table.label());
  if (rows.empty() || !rows[0][0]) return {};
  return even_boundaries(*rows[0][0], *rows[0][1], column.is_unsigned, ranges);
}

// ASCII only: a character must not be cut in the middle.
std::string common_prefix(std::string_view a, std::string_view b) {
  std::string prefix;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (a[i] != b[i] || (a[i] & 0x80) != 0) break;
    prefix += a[i];
  }
  return prefix;
}

std::string literal(const Column& column, std::string_view bytes) {
  const std::string hex = quote_bytes(bytes);
  return column.character_set.empty() ? hex : '_' + column.character_set + ' ' + hex;
}

// A few keys that are really there, near evenly spread guesses at the first byte that varies.
std::vector<std::string> text_boundaries(Connection& connection, const Table& table,
                                         const Column& column) {
  const std::string name = quote_name(column.name);
  const auto ends =
      connection.query(fmt::format("SELECT MIN({0}), MAX({0}) FROM {1}", name, from_table(table)),
                       "cannot read the keys of " + table.label());
  if (ends.empty() || !ends[0][0]) return {};
  const std::string prefix = common_prefix(*ends[0][0], *ends[0][1]);
  const bool binary = column.character_set.empty();
  const std::string_view guesses = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::vector<std::string> found;
  for (std::size_t i = 0; i < (binary ? 31 : guesses.size()); ++i) {
    const char guess = binary ? static_cast<char>((i + 1) * 8) : guesses[i];
    const Field key =
        connection.value(fmt::format("SELECT {0} FROM {1} WHERE {0} > {2} ORDER BY {0} LIMIT 1",
                                     name, from_table(table), literal(column, prefix + guess)),
                         "cannot read the keys of " + table.label());
    if (key && (found.empty() || found.back() != literal(column, *key)))
      found.push_back(literal(column, *key));
  }
  // guesses need not be in the order of the column's collation
  std::vector<std::string> ordered;
  if (binary) return found;
  std::string list;
  for (const auto& key : found) list += (list.empty() ? "" : ",") + key;
  if (list.empty()) return {};
  for (const auto& row : connection.query(
           fmt::format("SELECT {0} FROM {1} WHERE {0} IN ({2}) GROUP BY {0} ORDER BY {0}", name,
                       from_table(table), list)))
    ordered.push_back(literal(column, row[0].value_or("")));
  return ordered;
}

}  // namespace

std::vector<std::string> even_boundaries(const std::string& low, const std::string& high,
                                         bool is_unsigned, std::size_t ranges) {
  // differences are exact in unsigned arithmetic for both kinds of column
  const auto parse = [&](const std::string& text) {
    return is_unsigned ? std::strtoull(text.c_str(), nullptr, 10)
                       : static_cast<unsigned long long>(std::strtoll(text.c_str(), nullptr, 10));
  };
  const unsigned long long first = parse(low);
  const unsigned long long span = parse(high) - first;
  const unsigned long long step = span / ranges;
  std::vector<std::string> boundaries;
  if (step == 0) return boundaries;
  for (std::size_t i = 1; i < ranges; ++i) {
    const unsigned long long value = first + step * i;
    boundaries.push_back(is_unsigned ? std::to_string(value)
                                     : std::to_string(static_cast<long long>(value)));
  }
  return boundaries;
}

std::vector<std::string> conditions_between(const std::string& quoted_column,
                                            const std::vector<std::string>& boundaries) {
  if (boundaries.empty()) return {""};
  std::vector<std::string> conditions;
  for (std::size_t i = 0; i <= boundaries.size(); ++i) {
    std::string condition;
    if (i > 0) condition = fmt::format("{} >= {}", quoted_column, boundaries[i - 1]);
    if (i < boundaries.size())
      condition += fmt::format("{}{} < {}", i > 0 ? " AND " : "", quoted_column, boundaries[i]);
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

std::vector<Range> plan_ranges(Connection& connection, const Table& table,
                               std::uint64_t table_bytes, std::uint64_t range_bytes) {
  const std::uint64_t wanted =
      std::min(kMostRanges, table_bytes / std::max<std::uint64_t>(1, range_bytes));
  const Column* first = table.primary_key.empty() ? nullptr : table.column(table.primary_key[0]);
  std::vector<std::string> boundaries;
  if (wanted > 1 && first != nullptr) {
    if (is_integer(*first)) boundaries = integer_boundaries(connection, table, *first, wanted);
    if (is_text(*first)) boundaries = text_boundaries(connection, table, *first);
  }
  std::vector<Range> ranges;
  const auto conditions = conditions_between(first ? quote_name(first->name) : "", boundaries);
  for (const auto& condition : conditions)
    ranges.push_back({condition, table_bytes / conditions.size()});
  return ranges;
}

std::string select_rows(const Table& table, const Range& range) {
  return fmt::format("SELECT /*!40001 SQL_NO_CACHE */ {} FROM {}{}{}{}{}", select_list(table),
                     quote_name(table.database, table.name),
                     table.history == History::kKept ? " FOR SYSTEM_TIME ALL" : "",
                     table.primary_key.empty() ? "" : kByPrimaryKey,
                     range.condition.empty() ? "" : " WHERE ", range.condition);
}

}  // namespace resources::mysql
