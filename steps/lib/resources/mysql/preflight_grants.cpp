#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "resources/mysql/accounts.hpp"
#include "resources/mysql/grants.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/load_journal.hpp"
#include "resources/mysql/preflight_findings.hpp"

namespace resources::mysql {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void add_missing(Connection& connection, const std::vector<std::string>& missing,
                 const std::string& where, const std::string& why, Findings& findings) {
  if (missing.empty()) return;
  findings.push_back({core::ExitCode::kPrecondition,
                      fmt::format("the account may not {} on {}", joined(missing), where),
                      fmt::format("GRANT {} ON {} TO {}; ({})", joined(missing), where,
                                  own_account(connection), why),
                      true});
}

void check_database(Connection& connection, const Grants& grants, const std::string& database,
                    const std::vector<std::string>& needed, const std::string& why,
                    Findings& findings) {
  std::vector<std::string> missing;
  for (const auto& privilege : needed)
    if (!grants.has(privilege, database)) missing.push_back(privilege);
  add_missing(connection, missing, grant_pattern(database), why, findings);
}

// Bodies of routines that other accounts have made.
void check_routine_bodies(Connection& connection, const Grants& grants, Findings& findings) {
  if (connection.is_mariadb()) {
    if (!grants.has_on_table("SELECT", "mysql", "proc"))
      add_missing(connection, {"SELECT"}, "mysql.proc", "to see the bodies of routines", findings);
  } else if (!grants.has_global("SELECT") && !grants.has_global("SHOW_ROUTINE")) {
    const bool named = connection.version_number() >= 80020;
    add_missing(connection, {named ? "SHOW_ROUTINE" : "SELECT"}, "*.*",
                "to see the bodies of routines", findings);
  }
}

bool may_set_definers(Connection& connection, const Grants& grants) {
  if (grants.has_global("SUPER")) return true;
  if (connection.is_mariadb()) return grants.has_global("SET USER");
  return grants.has_global("SET_USER_ID") || grants.has_global("SET_ANY_DEFINER");
}

// What ALL PRIVILEGES on a database stands for; MariaDB adds DELETE HISTORY.
std::vector<std::string> all_on_database(bool mariadb) {
  std::vector<std::string> all{
      "SELECT",        "INSERT",     "UPDATE",      "DELETE",    "CREATE",
      "DROP",          "REFERENCES", "INDEX",       "ALTER",     "CREATE TEMPORARY TABLES",
      "LOCK TABLES",   "EXECUTE",    "CREATE VIEW", "SHOW VIEW", "CREATE ROUTINE",
      "ALTER ROUTINE", "EVENT",      "TRIGGER"};
  if (mariadb) all.emplace_back("DELETE HISTORY");
  return all;
}

std::string without_escapes(std::string pattern) {
  pattern.erase(std::remove(pattern.begin(), pattern.end(), '\\'), pattern.end());
  return pattern;
}

bool holds(const Grants& grants, const std::string& privilege, const Grants::Grant& where) {
  if (where.database == "*") return grants.has_global(privilege);
  const std::string database = without_escapes(where.database);
  if (where.table == "*") return grants.has(privilege, database);
  return grants.has_on_table(privilege, database, where.table);
}

std::string place(const Grants::Grant& grant) {
  if (grant.database == "*") return "*.*";
  if (grant.table == "*") return quote_name(grant.database) + ".*";
  return quote_name(grant.database, grant.table);
}

// Nobody can grant what they may not do. ALL PRIVILEGES on everything or on one table is left to
// the server: what it stands for differs from version to version.
void check_passed_on(Connection& connection, const Grants& grants, const Grants::Grant& wanted,
                     const std::string& why, Findings& findings) {
  static const std::set<std::string> nothing{"USAGE", "PROXY", "GRANT OPTION", "ALL PRIVILEGES"};
  std::vector<std::string> needed(wanted.privileges.begin(), wanted.privileges.end());
  if (wanted.database != "*" && wanted.table == "*" &&
      wanted.privileges.count("ALL PRIVILEGES") > 0)
    needed = all_on_database(connection.is_mariadb());
  std::vector<std::string> missing;
  for (const auto& privilege : needed)
    if (nothing.count(privilege) == 0 && !holds(grants, privilege, wanted))
      missing.push_back(privilege);
  add_missing(connection, missing, place(wanted), why, findings);
}

// Accounts are put back last: what is missing would be told when everything else is done.
void check_accounts_may_return(Connection& connection, const Grants& grants,
                               const std::vector<ArchivedMysql::Account>& accounts,
                               Findings& findings) {
  if (accounts.empty()) return;
  if (!grants.has("SELECT", "mysql"))
    add_missing(connection, {"SELECT"}, "mysql.*", "to see which accounts exist", findings);
  std::vector<std::string> missing;
  const bool create = std::any_of(accounts.begin(), accounts.end(), [&](const auto& archived) {
    return !account_exists(connection, archived.account);
  });
  if (create && !grants.has_global("CREATE USER")) missing.emplace_back("CREATE USER");
  if (!grants.has_global("GRANT OPTION")) missing.emplace_back("GRANT OPTION");
  add_missing(connection, missing, "*.*", "to restore the archive's accounts", findings);
  for (const auto& archived : accounts) {
    const Grants theirs(archived.statements);
    for (const auto& wanted : theirs.list())
      check_passed_on(connection, grants, wanted, "to grant it to " + archived.account, findings);
  }
}

}  // namespace

void check_backup_grants(Connection& connection, const MysqlSettings& settings,
                         Findings& findings) {
  const Grants grants = Grants::read(connection);
  if (!grants.has_global("RELOAD"))
    add_missing(connection, {"RELOAD"}, "*.*", "to open one consistent cut", findings);
  if (!grants.has_global("PROCESS"))
    findings.push_back({core::ExitCode::kPrecondition,
                        "the account may not see other sessions, so that a blocked backup cannot"
                        " name who blocks it",
                        "GRANT PROCESS ON *.* TO " + own_account(connection) + ";", false});
  check_routine_bodies(connection, grants, findings);
  for (const auto& database : settings.databases)
    check_database(connection, grants, database, {"SELECT", "SHOW VIEW", "TRIGGER", "EVENT"},
                   "objects without these rights would be missing from the backup", findings);
}

void check_restore_grants(Connection& connection, const MysqlSettings& settings,
                          const ArchivedMysql& archive, core::Context& context,
                          Findings& findings) {
  const Grants grants = Grants::read(connection);
  for (const auto& database : archive.databases())
    check_database(
        connection, grants, database,
        {"SELECT", "INSERT", "CREATE", "DROP", "ALTER", "INDEX", "REFERENCES", "CREATE VIEW",
         "SHOW VIEW", "CREATE ROUTINE", "ALTER ROUTINE", "TRIGGER", "EVENT"},
        "to restore it", findings);
  check_database(connection, grants, scratch_schema(settings.environment),
                 {"SELECT", "INSERT", "DELETE", "CREATE", "DROP", "ALTER", "INDEX"},
                 "for the journal of the restore", findings);
  if (!settings.replace_definer_with && !may_set_definers(connection, grants))
    add_missing(connection, {connection.is_mariadb() ? "SET USER" : "SET_USER_ID"}, "*.*",
                "to keep definers; or set definer to \"replace\"", findings);
  check_accounts_may_return(connection, grants, archive.accounts(context), findings);
}

}  // namespace resources::mysql
