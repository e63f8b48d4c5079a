#include "resources/mysql/grants.hpp"

#include "resources/mysql/identifier.hpp"
#include "resources/mysql/sql_scanner.hpp"

namespace resources::mysql {

namespace {

constexpr std::string_view kGrantOption = "GRANT OPTION";

// `athena\_server` without its backticks.
std::string unquoted(std::string_view name) {
  if (name.size() < 2 || name.front() != '`') return std::string(name);
  std::string result;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    result += name[i];
    if (name[i] == '`') ++i;
  }
  return result;
}

// Position after a name of "ON <database>.<table> TO".
std::size_t name_end(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '`') return skip_quoted(text, at);
  while (at < text.size() && text[at] != '.' && text[at] != ' ') ++at;
  return at;
}

// "SELECT (`a`)" is a grant on columns: not enough for anything here.
bool is_whole(const std::string& privilege) {
  return privilege.find('(') == std::string::npos;
}

}  // namespace

Grants::Grants(const std::vector<std::string>& lines) {
  constexpr std::string_view kGrant = "GRANT ";
  constexpr std::string_view kOn = " ON ";
  for (const std::string_view line : lines) {
    const std::size_t on = find_outside_quotes(line, kOn);
    if (line.substr(0, kGrant.size()) != kGrant || on == std::string_view::npos) continue;
    Grant grant;
    const std::string_view privileges = line.substr(kGrant.size(), on - kGrant.size());
    for (const auto& privilege : split_at_commas(privileges))
      if (is_whole(privilege)) grant.privileges.insert(privilege);
    const std::size_t begin = on + kOn.size();
    const std::size_t dot = name_end(line, begin);
    if (dot >= line.size() || line[dot] != '.') continue;  // a routine or a proxy
    const std::size_t end = name_end(line, dot + 1);
    grant.database = unquoted(line.substr(begin, dot - begin));
    grant.table = unquoted(line.substr(dot + 1, end - dot - 1));
    // one of MySQL's dynamic rights (ROLE_ADMIN) is granted on with itself only
    const bool dynamic = find_outside_quotes(privileges, "_") != std::string_view::npos;
    if (!dynamic && find_outside_quotes(line, kGrantOption, end) != std::string_view::npos)
      grant.privileges.emplace(kGrantOption);
    m_grants.push_back(std::move(grant));
  }
}

Grants Grants::read(Connection& connection) {
  std::vector<std::string> lines;
  std::string sql = "SHOW GRANTS";
  // the rights of active roles are listed only on demand
  if (!connection.is_mariadb()) {
    const std::string roles = connection.value("SELECT CURRENT_ROLE()").value_or("NONE");
    if (roles != "NONE") sql += " FOR CURRENT_USER() USING " + roles;
  }
  for (const auto& row : connection.query(sql)) lines.push_back(row[0].value_or(""));
  if (connection.is_mariadb()) {
    const Field role = connection.value("SELECT CURRENT_ROLE()");
    if (role)
      for (const auto& row : connection.query("SHOW GRANTS FOR CURRENT_ROLE"))
        lines.push_back(row[0].value_or(""));
  }
  return Grants(lines);
}

bool Grants::allows(const Grant& grant, const std::string& privilege) {
  return grant.privileges.count(privilege) > 0 ||
         (privilege != kGrantOption && grant.privileges.count("ALL PRIVILEGES") > 0);
}

bool Grants::has_global(const std::string& privilege) const {
  for (const auto& grant : m_grants)
    if (grant.database == "*" && grant.table == "*" && allows(grant, privilege)) return true;
  return false;
}

bool Grants::has(const std::string& privilege, const std::string& database) const {
  for (const auto& grant : m_grants)
    if (grant.table == "*" && allows(grant, privilege) &&
        (grant.database == "*" || matches_pattern(grant.database, database)))
      return true;
  return false;
}

bool Grants::has_on_table(const std::string& privilege, const std::string& database,
                          const std::string& table) const {
  if (has(privilege, database)) return true;
  for (const auto& grant : m_grants)
    if (grant.database == database && grant.table == table && allows(grant, privilege)) return true;
  return false;
}

std::string grant_pattern(const std::string& database) {
  std::string pattern;
  for (const char c : database) {
    if (c == '_' || c == '%') pattern += '\\';
    pattern += c;
  }
  return quote_name(pattern) + ".*";
}

std::string own_account(Connection& connection) {
  return quote_account(connection.value("SELECT CURRENT_USER()").value_or("?@?"));
}

bool matches_pattern(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '%') {
    for (std::size_t i = 0; i <= name.size(); ++i)
      if (matches_pattern(pattern.substr(1), name.substr(i))) return true;
    return false;
  }
  const bool escaped = pattern[0] == '\\' && pattern.size() > 1;
  const char wanted = escaped ? pattern[1] : pattern[0];
  if (name.empty() || (wanted != name[0] && (escaped || wanted != '_'))) return false;
  return matches_pattern(pattern.substr(escaped ? 2 : 1), name.substr(1));
}

}  // namespace resources::mysql
