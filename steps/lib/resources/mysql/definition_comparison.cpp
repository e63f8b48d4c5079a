#include "resources/mysql/definition_comparison.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "resources/mysql/identifier.hpp"
#include "resources/mysql/object_builder.hpp"

namespace resources::mysql {

namespace {

using Key = std::tuple<ObjectKind, std::string, std::string>;

Key key_of(const Definition& definition) {
  return {definition.kind, definition.database, definition.name};
}

// MariaDB prints the database before each name of a view whose definer does not exist, and only
// then: the name of the view's own database says nothing.
std::string without_own_database(std::string text, const std::string& database) {
  const std::string prefix = quote_name(database) + '.';
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at))
    text.erase(at, prefix.size());
  return text;
}

// Clients that send several statements in one packet leave the separator in what MySQL keeps of a
// program; made again by itself, it is kept without.
std::string without_separator(std::string text) {
  const std::size_t last = text.find_last_not_of("; \t\r\n");
  text.erase(last == std::string::npos ? 0 : last + 1);
  return text;
}

std::string comparable_statement(const Definition& definition) {
  if (definition.kind == ObjectKind::kEvent)
    return without_separator(disabled_event(definition.statement));
  if (definition.kind == ObjectKind::kView)
    return without_own_database(definition.statement, definition.database);
  return definition.kind == ObjectKind::kTable ? definition.statement
                                               : without_separator(definition.statement);
}

// Everything that must be equal, as one text.
std::string comparable(const Definition& definition) {
  std::string text = comparable_statement(definition);
  for (const auto* setting :
       {&definition.sql_mode, &definition.time_zone, &definition.client_character_set,
        &definition.connection_collation, &definition.database_collation})
    text += '\n' + *setting;
  if (definition.kind == ObjectKind::kSequence) text += "\nat " + definition.status;
  return text;
}

std::string excerpt(const std::string& text, std::size_t around) {
  constexpr std::size_t kBefore = 20;
  constexpr std::size_t kLength = 120;
  const std::size_t begin = around > kBefore ? around - kBefore : 0;
  return (begin > 0 ? "..." : "") + text.substr(begin, kLength) +
         (begin + kLength < text.size() ? "..." : "");
}

std::size_t first_difference(const std::string& a, const std::string& b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t at = 0;
  while (at < shorter && a[at] == b[at]) ++at;
  return at;
}

}  // namespace

std::vector<DefinitionDifference> compare_definitions(const std::vector<Definition>& archived,
                                                      const std::vector<Definition>& live,
                                                      const std::optional<std::string>& definer) {
  std::map<Key, const Definition*> left;
  for (const auto& definition : live) left.emplace(key_of(definition), &definition);
  std::vector<DefinitionDifference> differences;
  for (Definition wanted : archived) {
    const auto found = left.find(key_of(wanted));
    if (found == left.end()) {
      if (wanted.status == kBrokenView) continue;
      differences.push_back({wanted, "present", "absent"});
      continue;
    }
    if (definer) wanted.statement = replace_definer(wanted.statement, *definer);
    const std::string expected = comparable(wanted);
    const std::string actual = comparable(*found->second);
    if (expected != actual) {
      const std::size_t at = first_difference(expected, actual);
      differences.push_back({wanted, excerpt(expected, at), excerpt(actual, at)});
    }
    left.erase(found);
  }
  for (const auto& [key, definition] : left)
    differences.push_back({*definition, "absent", "present"});
  return differences;
}

}  // namespace resources::mysql
