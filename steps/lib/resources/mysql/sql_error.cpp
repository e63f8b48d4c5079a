#include "resources/mysql/sql_error.hpp"

#include <fmt/format.h>

namespace resources::mysql {

namespace {

using core::ExitCode;

struct Meaning {
  ExitCode code;
  std::string hint;
};

Meaning meaning_of(unsigned number) {
  switch (number) {
    case 1045:  // access denied
    case 1698:  // access denied, no password
    case 1130:  // host not allowed
    case 1820:  // must change password
    case 1862:  // password expired
    case 3118:  // account locked
    case 4151:  // account locked (MariaDB)
      return {ExitCode::kCredentials,
              "check the user and the password that environment.json refers to"};
    case 2002:
    case 2003:
    case 2005:
    case 2006:
    case 2013:
    case 2055:
    case 1053:  // shutdown in progress
    case 1040:  // too many connections
    case 1927:  // connection was killed
      return {ExitCode::kUnreachable, "check that the server runs and look at its error log"};
    case 2026:
      return {ExitCode::kConfiguration, "check /resources/mysql/tls in environment.json"};
    case 1044:
    case 1142:
    case 1143:
    case 1227:
    case 1370:
    case 1419:
      return {ExitCode::kServiceError,
              "GRANT the missing right to the backup's account; preflight lists all of them"};
    case 1412:
      return {ExitCode::kServiceError,
              "a table was altered while it was read: run again when no migration is under way"};
    case 1021:
    case 1114:
      return {ExitCode::kServiceError, "the server's disk is full: free some space there"};
    case 1062:
      return {ExitCode::kIntegrity, "the archive's rows do not fit the table: verify the archive"};
    default:
      return {ExitCode::kServiceError, "look at the server's error log"};
  }
}

}  // namespace

SqlError make_sql_error(unsigned number, const std::string& text, const std::string& doing,
                        const std::string& server) {
  const auto [code, hint] = meaning_of(number);
  return {code, number, fmt::format("{} on {}: {} (error {})", doing, server, text, number), hint};
}

}  // namespace resources::mysql
