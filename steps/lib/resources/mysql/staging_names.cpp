#include "resources/mysql/staging_names.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "core/sha256.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/sql_scanner.hpp"

namespace resources::mysql {

namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kHashDigits = 16;

std::string scratch_name(const char* purpose, const std::string& environment,
                         const std::string& database) {
  std::string name = fmt::format("eb_{}_{}_{}", purpose, environment, database);
  // bytes, where the server counts characters: never too long
  if (name.size() > kLongestName)
    name = name.substr(0, kLongestName - kHashDigits - 1) + '_' +
           core::sha256_hex(environment + '\n' + database).substr(0, kHashDigits);
  // half a character would not be a name
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return c >= 0x80; }, '_');
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

bool names_schema(std::string_view before, std::string_view after) {
  constexpr std::string_view kDatabase = "DATABASE ";
  return after.substr(0, 1) == "." ||
         (before.size() >= kDatabase.size() &&
          before.substr(before.size() - kDatabase.size()) == kDatabase);
}

}  // namespace

std::string staged_schema(const std::string& environment, const std::string& database) {
  return scratch_name("staged", environment, database);
}

std::string aside_schema(const std::string& environment, const std::string& database) {
  return scratch_name("aside", environment, database);
}

SchemaNames staged_names(const std::string& environment,
                         const std::vector<std::string>& databases) {
  SchemaNames names;
  for (const auto& database : databases) names[database] = staged_schema(environment, database);
  return names;
}

std::string with_schemas(std::string_view statement, const SchemaNames& names) {
  std::map<std::string, std::string> quoted;
  for (const auto& [database, schema] : names) quoted[quote_name(database)] = quote_name(schema);
  std::string text;
  for (std::size_t i = 0; i < statement.size();) {
    const char c = statement[i];
    if (c != '`' && c != '\'' && c != '"') {
      text += c;
      ++i;
      continue;
    }
    const std::size_t end = skip_quoted(statement, i);
    const std::string token(statement.substr(i, end - i));
    const auto found = quoted.find(token);
    const bool schema = c == '`' && found != quoted.end() &&
                        names_schema(statement.substr(0, i), statement.substr(end));
    text += schema ? found->second : token;
    i = end;
  }
  return text;
}

}  // namespace resources::mysql
