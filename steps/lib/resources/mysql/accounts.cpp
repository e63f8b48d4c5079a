#include "resources/mysql/accounts.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/sql_scanner.hpp"

namespace resources::mysql {

namespace {
constexpr std::string_view kCreate = "CREATE USER ";

// MariaDB repeats the password in its grants, by plugin and hash or several of both, which would
// set it again on an account that exists. What may follow are REQUIRE and WITH.
std::string without_password(std::string statement) {
  constexpr std::string_view kMark = " IDENTIFIED ";
  const std::size_t at = find_outside_quotes(statement, kMark);
  if (at == std::string::npos) return statement;
  const std::size_t end =
      std::min({find_outside_quotes(statement, " REQUIRE ", at),
                find_outside_quotes(statement, " WITH ", at), statement.size()});
  return statement.erase(at, end - at);
}

bool creates(const std::string& statement) {
  return statement.compare(0, kCreate.size(), kCreate) == 0;
}
}  // namespace

bool account_exists(Connection& connection, const std::string& account) {
  return connection.try_execute("SHOW GRANTS FOR " + quote_account(account));
}

ArchivedMysql::Account read_account(Connection& connection, const std::string& account) {
  if (!account_exists(connection, account))
    throw core::Error(core::ExitCode::kNotFound, "the server has no account " + account,
                      "correct /resources/mysql/accounts in environment.json");
  ArchivedMysql::Account result{account, {}};
  const std::string quoted = quote_account(account);
  result.statements.push_back(connection.value("SHOW CREATE USER " + quoted).value_or(""));
  for (const auto& row : connection.query("SHOW GRANTS FOR " + quoted))
    result.statements.push_back(row[0].value_or(""));
  return result;
}

std::string restore_account(Connection& connection, const ArchivedMysql::Account& account) {
  const bool existed = account_exists(connection, account.account);
  for (const auto& statement : account.statements) {
    if (existed && creates(statement)) continue;
    connection.execute(creates(statement) ? statement : without_password(statement),
                       "cannot restore account " + account.account);
  }
  return existed ? "kept account " + account.account + " and its password, renewed its grants"
                 : "created account " + account.account;
}

}  // namespace resources::mysql
