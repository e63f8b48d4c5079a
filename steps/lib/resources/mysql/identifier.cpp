#include "resources/mysql/identifier.hpp"

#include <algorithm>

#include "resources/mysql/sql_scanner.hpp"

namespace resources::mysql {

namespace {

constexpr std::string_view kDefiner = "DEFINER=";

// Position after a name in backticks, quotes or bare, as SHOW CREATE prints accounts.
std::size_t skip_name(std::string_view text, std::size_t at) {
  if (at < text.size() && (text[at] == '`' || text[at] == '\'' || text[at] == '"'))
    return skip_quoted(text, at);
  while (at < text.size() && text[at] != '@' && text[at] != ' ') ++at;
  return at;
}

struct Place {
  std::size_t begin = std::string_view::npos;  // of the account
  std::size_t host = 0;
  std::size_t end = 0;
};

// The definer stands in the head of a statement: CREATE [OR REPLACE] [ALGORITHM=x] DEFINER=...
Place find_definer(std::string_view statement) {
  Place place;
  const std::size_t mark = find_outside_quotes(statement, kDefiner);
  if (mark == std::string_view::npos) return place;
  place.begin = mark + kDefiner.size();
  place.end = skip_name(statement, place.begin);
  place.host = place.end;
  if (place.end < statement.size() && statement[place.end] == '@') {
    place.host = place.end + 1;
    place.end = skip_name(statement, place.host);
  }
  return place;
}

}  // namespace

std::string unquote_name(std::string_view name) {
  if (name.size() < 2 || (name[0] != '`' && name[0] != '\'' && name[0] != '"'))
    return std::string(name);
  std::string result;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    result += name[i];
    if (name[i] == name[0]) ++i;  // doubled inside
  }
  return result;
}

std::string quote_name(std::string_view name) {
  std::string result = "`";
  for (const char c : name) {
    result += c;
    if (c == '`') result += c;
  }
  return result + '`';
}

std::string quote_name(std::string_view database, std::string_view name) {
  return quote_name(database) + '.' + quote_name(name);
}

std::string quote_text(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    if (c == '\0') {
      result += "\\0";
      continue;
    }
    result += c;
  }
  return result + '\'';
}

std::string quote_bytes(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string result = "x'";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    result += kDigits[byte >> 4];
    result += kDigits[byte & 15];
  }
  return result + '\'';
}

std::string quote_account(std::string_view account) {
  const std::size_t at = account.rfind('@');
  if (at == std::string_view::npos) return quote_name(account);  // a role
  return quote_name(account.substr(0, at)) + '@' + quote_name(account.substr(at + 1));
}

std::string replace_definer(std::string_view statement, std::string_view account) {
  const Place place = find_definer(statement);
  if (place.begin == std::string_view::npos) return std::string(statement);
  std::string quoted = quote_account(account);
  // an object that was made under ANSI_QUOTES prints its definer in those
  if (statement[place.begin] == '"') std::replace(quoted.begin(), quoted.end(), '`', '"');
  return std::string(statement.substr(0, place.begin)) + quoted +
         std::string(statement.substr(place.end));
}

std::string definer_of(std::string_view statement) {
  const Place place = find_definer(statement);
  if (place.begin == std::string_view::npos) return "";
  const bool has_host = place.host > place.begin && statement[place.host - 1] == '@';
  const std::size_t user_end = has_host ? place.host - 1 : place.end;
  std::string user = unquote_name(statement.substr(place.begin, user_end - place.begin));
  if (!has_host) return user;
  return user + '@' + unquote_name(statement.substr(place.host, place.end - place.host));
}

}  // namespace resources::mysql
