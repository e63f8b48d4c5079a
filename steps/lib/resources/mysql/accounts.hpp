#pragma once
// The application's accounts: what created them and what they may do.

#include <string>
#include <vector>

#include "resources/mysql/archived_mysql.hpp"
#include "resources/mysql/connection.hpp"

namespace resources::mysql {

bool account_exists(Connection& connection, const std::string& account);
// CREATE USER, then GRANTs. Throws Error(kNotFound) for an account that is not there.
ArchivedMysql::Account read_account(Connection& connection, const std::string& account);
// Creates the account if it is missing, else leaves its password as it is; grants in either case.
// Returns what was done, for the report.
std::string restore_account(Connection& connection, const ArchivedMysql::Account& account);

}  // namespace resources::mysql
