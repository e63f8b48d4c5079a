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
      return {
          ExitCode::kUnreachable,
          "check that the server runs, that it can be reached from here, and that it takes more "
          "connections (max_connections)"};
    case 2026:
    case 3159:  // the server requires TLS
      return {ExitCode::kConfiguration, "check /resources/mysql/tls in environment.json"};
    case 1044:
    case 1142:
    case 1143:
    case 1227:
    case 1370:
      return {ExitCode::kServiceError,
              "GRANT the missing right to the backup's account; preflight lists all of them"};
    case 1418:  // a function that says nothing about the data it reads
    case 1419:  // functions and triggers without SUPER
      return {ExitCode::kServiceError,
              "SET GLOBAL log_bin_trust_function_creators=1 until the restore has ended"};
    case 1290:  // read_only, super_read_only, and others
    case 1836:
      return {ExitCode::kServiceError,
              "SET GLOBAL read_only=0 if this server is meant to be written to; a replica is not"};
    case 1205:
      return {ExitCode::kServiceError,
              "another session holds a lock: look at SHOW FULL PROCESSLIST, end that session "
              "(KILL), then run again"};
    case 1153:
    case 1301:
      return {ExitCode::kServiceError, "SET GLOBAL max_allowed_packet=1073741824"};
    case 1226:
      return {ExitCode::kServiceError,
              "ALTER USER ... WITH MAX_USER_CONNECTIONS 0, or set /resources/mysql/connections "
              "lower"};
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
