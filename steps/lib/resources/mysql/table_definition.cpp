#include "resources/mysql/table_definition.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/sql_scanner.hpp"

namespace resources::mysql {

namespace {

bool starts_with(std::string_view text, std::string_view word) {
  return text.substr(0, word.size()) == word;
}

bool is_foreign_key(std::string_view part) {
  return (starts_with(part, "CONSTRAINT ") || starts_with(part, "FOREIGN KEY")) &&
         find_outside_quotes(part, "FOREIGN KEY (") != std::string_view::npos;
}

bool is_fulltext(std::string_view part) {
  return starts_with(part, "FULLTEXT KEY");
}

bool is_secondary_key(std::string_view part) {
  return starts_with(part, "UNIQUE KEY ") || starts_with(part, "KEY ") ||
         starts_with(part, "SPATIAL KEY ") || is_fulltext(part);
}

// The quoted name of the column that counts by itself, or empty.
std::string counting_column(const std::vector<std::string>& parts) {
  for (const auto& part : parts)
    if (starts_with(part, "`") &&
        find_outside_quotes(part, " AUTO_INCREMENT") != std::string_view::npos)
      return part.substr(0, skip_quoted(part, 0));
  return "";
}

bool leads(const std::string& key, const std::string& column) {
  const std::size_t open = find_outside_quotes(key, "(");
  return open != std::string_view::npos &&
         starts_with(std::string_view(key).substr(open + 1), column);
}

// How many leading parts must stand in CREATE for the table to work while rows go in.
std::size_t needed_parts(const std::vector<std::string>& parts) {
  const std::string counting = counting_column(parts);
  bool need_primary = true;
  bool need_counting = !counting.empty();
  std::size_t needed = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool primary = starts_with(parts[i], "PRIMARY KEY");
    if (!primary && !is_secondary_key(parts[i])) continue;
    const bool clusters = need_primary && (primary || starts_with(parts[i], "UNIQUE KEY "));
    const bool counts = need_counting && leads(parts[i], counting);
    if (!clusters && !counts) continue;
    if (clusters) need_primary = false;
    if (counts) need_counting = false;
    needed = i + 1;
  }
  return needed;
}

// Without " COLLATE x" of the table itself, unless the column also names its charset.
std::string without_inherited_collation(std::string column, const std::string& table_collation) {
  const std::string words = " COLLATE " + table_collation;
  const std::size_t at = find_at_top(column, words);
  if (at == std::string::npos || find_at_top(column, " CHARACTER SET ") != std::string::npos)
    return column;
  const std::size_t end = at + words.size();
  if (end < column.size() && column[end] != ' ') return column;
  return column.erase(at, words.size());
}

std::string bracketed(const std::vector<std::string>& parts, std::string_view tail) {
  std::string text = "(";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text += i == 0 ? "\n  " : ",\n  ";
    text += parts[i];
  }
  text += '\n';
  return text.append(tail);
}

std::pair<std::size_t, std::size_t> brackets_of(std::string_view statement) {
  const std::size_t open = find_outside_quotes(statement, "(");
  const std::size_t close =
      open == std::string_view::npos ? open : closing_bracket(statement, open);
  if (close == std::string_view::npos)
    throw core::Error(core::ExitCode::kIntegrity,
                      "the definition of a table is not a CREATE TABLE statement",
                      "verify the archive");
  return {open, close};
}

}  // namespace

TableDefinition take_apart(std::string_view statement, bool defer_keys) {
  const auto [open, close] = brackets_of(statement);
  const auto parts = split_at_commas(statement.substr(open + 1, close - open - 1));
  const std::size_t needed = defer_keys ? needed_parts(parts) : parts.size();
  TableDefinition result;
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (is_foreign_key(parts[i])) {
      result.foreign_keys.push_back(parts[i]);
    } else if (i < needed || !is_secondary_key(parts[i])) {
      kept.push_back(parts[i]);
    } else {
      (is_fulltext(parts[i]) ? result.fulltext_keys : result.keys).push_back(parts[i]);
    }
  }
  result.head = statement.substr(0, open);
  result.body = bracketed(kept, statement.substr(close));
  return result;
}

ForeignTable foreign_table(std::string_view foreign_key, const std::string& database) {
  constexpr std::string_view kWord = "REFERENCES ";
  const std::size_t at = find_outside_quotes(foreign_key, kWord);
  if (at == std::string_view::npos) return {};
  const std::size_t first = at + kWord.size();
  const std::size_t end = skip_quoted(foreign_key, first);
  const std::string name = unquote_name(foreign_key.substr(first, end - first));
  if (end >= foreign_key.size() || foreign_key[end] != '.') return {database, name};
  const std::size_t second = skip_quoted(foreign_key, end + 1);
  return {name, unquote_name(foreign_key.substr(end + 1, second - end - 1))};
}

std::string without_foreign_keys(std::string_view statement,
                                 const std::function<bool(const std::string& part)>& leave_out) {
  const auto [open, close] = brackets_of(statement);
  auto parts = split_at_commas(statement.substr(open + 1, close - open - 1));
  const std::size_t before = parts.size();
  std::erase_if(parts, [&](const auto& part) { return is_foreign_key(part) && leave_out(part); });
  if (parts.size() == before) return std::string(statement);
  return std::string(statement.substr(0, open)) + bracketed(parts, statement.substr(close));
}

std::string with_inherited_collations(std::string_view statement) {
  constexpr std::string_view kMark = " COLLATE=";
  const auto [open, close] = brackets_of(statement);
  const std::string_view options = statement.substr(close);
  const std::size_t mark = find_outside_quotes(options, kMark);
  if (mark == std::string_view::npos) return std::string(statement);
  const std::size_t begin = mark + kMark.size();
  const std::size_t end = options.find_first_of(" \n", begin);
  const std::string collation(options.substr(begin, end == options.npos ? end : end - begin));
  auto parts = split_at_commas(statement.substr(open + 1, close - open - 1));
  for (auto& part : parts)
    if (starts_with(part, "`")) part = without_inherited_collation(std::move(part), collation);
  return std::string(statement.substr(0, open)) + bracketed(parts, options);
}

bool depends_on_time_zone(std::string_view statement) {
  const auto has = [&](std::string_view word) {
    return find_outside_quotes(statement, word) != std::string_view::npos;
  };
  if (!has(" GENERATED ALWAYS AS (") && !has("((")) return false;
  return has(" timestamp") || has("from_unixtime(") || has("unix_timestamp(");
}

std::string next_number(std::string_view statement) {
  constexpr std::string_view kMark = " AUTO_INCREMENT=";
  const std::string_view options = statement.substr(brackets_of(statement).second);
  const std::size_t mark = find_outside_quotes(options, kMark);
  if (mark == std::string_view::npos) return "";
  const std::size_t begin = mark + kMark.size();
  const std::size_t end = options.find_first_not_of("0123456789", begin);
  return std::string(options.substr(begin, end == options.npos ? end : end - begin));
}

std::string alter_add(std::string_view quoted_table, const std::vector<std::string>& parts) {
  std::string sql = "ALTER TABLE ";
  sql.append(quoted_table);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    sql += i == 0 ? " ADD " : ", ADD ";
    sql += parts[i];
  }
  return sql;
}

}  // namespace resources::mysql
