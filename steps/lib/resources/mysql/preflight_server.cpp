#include <sys/statvfs.h>

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "resources/mysql/grants.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/preflight_findings.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/sql_scanner.hpp"
#include "resources/mysql/table_reader.hpp"

namespace resources::mysql {

namespace {

using core::ExitCode;

bool is_on(Connection& connection, const std::string& variable) {
  const std::string value = connection.value("SELECT @@GLOBAL." + variable).value_or("0");
  return value == "1" || value == "ON";
}

std::string flavour(bool mariadb) {
  return mariadb ? "MariaDB" : "MySQL";
}

// Values that travel through a user variable, and definitions, may not be longer than a packet.
std::uint64_t longest_definition(const ArchivedMysql& archive, core::Context& context) {
  std::uint64_t longest = 0;
  for (const auto& definition : archive.definitions(context))
    longest = std::max<std::uint64_t>(longest, definition.statement.size());
  return longest;
}

// With a binary log every function must say that it changes nothing, whoever makes it.
bool tells_its_effect(const Definition& function) {
  for (const char* word : {"DETERMINISTIC", "NO SQL", "READS SQL DATA"})
    if (find_outside_quotes(function.statement, fmt::format("\n    {}\n", word)) !=
        std::string::npos)
      return find_outside_quotes(function.statement, "\n    NOT DETERMINISTIC\n") ==
             std::string::npos;
  return false;
}

bool may_create_programs(Connection& connection) {
  const Grants grants = Grants::read(connection);
  return grants.has_global("SUPER") ||
         (connection.is_mariadb() && grants.has_global("BINLOG ADMIN"));
}

// The first function or trigger that the server would refuse.
std::optional<std::string> refused_program(Connection& connection, const ArchivedMysql& archive,
                                           core::Context& context) {
  const bool may = may_create_programs(connection);
  for (const auto& definition : archive.definitions(context)) {
    const bool function = definition.kind == ObjectKind::kFunction;
    if (function && !tells_its_effect(definition)) return label(definition);
    if (!may && (function || definition.kind == ObjectKind::kTrigger)) return label(definition);
  }
  return std::nullopt;
}

void check_writable(Connection& connection, Findings& findings) {
  if (!is_on(connection, "read_only")) return;
  const Grants grants = Grants::read(connection);
  const bool super = !connection.is_mariadb() && is_on(connection, "super_read_only");
  const bool may = grants.has_global("SUPER") || grants.has_global("CONNECTION_ADMIN") ||
                   grants.has_global("READ_ONLY ADMIN");
  findings.push_back({ExitCode::kPrecondition,
                      fmt::format("the server is {}", super ? "super_read_only" : "read_only"),
                      fmt::format("if it is a replica, restore on its source; else SET GLOBAL "
                                  "{}read_only=0",
                                  super ? "super_read_only=0, GLOBAL " : ""),
                      super || !may});
}

bool is_local(const MysqlSettings& settings) {
  return !settings.socket.empty() || settings.host == "127.0.0.1" || settings.host == "localhost" ||
         settings.host == "::1";
}

void check_binary_log(Connection& connection, const MysqlSettings& settings,
                      const ArchivedMysql& archive, core::Context& context, Findings& findings) {
  if (!is_on(connection, "log_bin")) return;
  if (settings.disable_binary_log) {
    const auto replicas = connection.number(
        "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'");
    if (replicas > 0)
      findings.push_back({ExitCode::kPrecondition,
                          "replicas are attached and would miss the whole restore",
                          "set disable_binary_log to false", true});
    return;
  }
  if (is_on(connection, "log_bin_trust_function_creators")) return;
  if (const auto refused = refused_program(connection, archive, context))
    findings.push_back({ExitCode::kPrecondition,
                        fmt::format("the server writes a binary log and does not let this account "
                                    "create {}",
                                    *refused),
                        "SET GLOBAL log_bin_trust_function_creators=1 until the restore has ended",
                        true});
}

}  // namespace

void check_version(Connection& connection, Findings& findings) {
  const unsigned long oldest = connection.is_mariadb() ? 100500 : 80000;
  if (connection.version_number() >= oldest) return;
  findings.push_back({ExitCode::kConfiguration,
                      fmt::format("the server is {} {}", flavour(connection.is_mariadb()),
                                  connection.server_version()),
                      "MySQL 8.0 or newer, or MariaDB 10.5 or newer is needed", true});
}

void check_version_fits(Connection& connection, const ArchivedMysql& archive, Findings& findings) {
  const ServerIdentity& source = archive.server();
  const std::string from =
      fmt::format("the archive comes from {} {}", flavour(source.mariadb), source.version);
  if (source.mariadb != connection.is_mariadb()) {
    findings.push_back(
        {ExitCode::kConfiguration,
         fmt::format("{} and the server is {}", from, flavour(connection.is_mariadb())),
         "restore to a server of the same kind", true});
    return;
  }
  if (source.version_number / 100 > connection.version_number() / 100)
    findings.push_back(
        {ExitCode::kConfiguration,
         fmt::format("{}, newer than this server's {}", from, connection.server_version()),
         "restore to a server that is at least as new", true});
  else if (source.version_number != connection.version_number())
    findings.push_back({ExitCode::kConfiguration,
                        fmt::format("{}, this server is {}", from, connection.server_version()),
                        "definitions that this version prints in another way will be reported",
                        false});
}

void check_server_settings(Connection& connection, const MysqlSettings& settings,
                           const ArchivedMysql& archive, core::Context& context,
                           Findings& findings) {
  if (!is_on(connection, "local_infile"))
    findings.push_back({ExitCode::kPrecondition, "the server refuses LOAD DATA LOCAL",
                        "SET GLOBAL local_infile=1, and local_infile=1 in its configuration",
                        true});
  const std::uint64_t packet = connection.number("SELECT @@GLOBAL.max_allowed_packet");
  const std::uint64_t needed = longest_definition(archive, context) + 1024;
  if (packet < needed)
    findings.push_back(
        {ExitCode::kPrecondition,
         fmt::format("max_allowed_packet is {} bytes, the longest definition {}", packet, needed),
         fmt::format("SET GLOBAL max_allowed_packet={}", 2 * needed), true});
  check_writable(connection, findings);
  check_binary_log(connection, settings, archive, context, findings);
}

// Only where the server's data folder can be seen from here. A port of this machine may lead into a
// container, whose path means another disk here: then it is a warning.
void check_disk_space(Connection& connection, const MysqlSettings& settings,
                      const ArchivedMysql& archive, Findings& findings) {
  const std::string folder = connection.value("SELECT @@GLOBAL.datadir").value_or("");
  struct statvfs disk {};
  if (!is_local(settings) || ::statvfs(folder.c_str(), &disk) != 0) return;
  std::uint64_t room = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  for (const auto& database : existing_databases(connection, archive.databases()))
    for (const auto& table : read_tables(connection, database)) room += table.disk_bytes;
  std::uint64_t needed = 0;
  for (const auto& archived : archive.tables()) needed += archived.table.disk_bytes;
  if (needed <= room) return;
  findings.push_back(
      {ExitCode::kStorage,
       fmt::format("the databases of the archive took {} MiB, {} has room for {} MiB", needed >> 20,
                   folder, room >> 20),
       "free some space on the server's disk", !settings.socket.empty()});
}

// Rows that a versioned table keeps of the past and that no server takes back.
void check_history(Connection& connection, const Table& table, Findings& findings) {
  if (table.history != History::kLost) return;
  const auto earlier = connection.value(fmt::format(
      "SELECT (SELECT COUNT(*) FROM {0} FOR SYSTEM_TIME ALL) - (SELECT COUNT(*) FROM {0})",
      quote_name(table.database, table.name)));
  if (earlier == "0") return;
  findings.push_back(
      {ExitCode::kPrecondition,
       fmt::format("table {} keeps {} earlier rows that could not be restored", table.label(),
                   earlier.value_or("?")),
       "only MariaDB 10.11 and newer takes the history of a table back, and only with row times of"
       " type TIMESTAMP: upgrade, change the table, or DELETE HISTORY FROM it",
       true});
}

void check_columns(Connection& connection, const Table& table, Findings& findings) {
  try {
    check_names(connection, table);
  } catch (const core::Error& error) {
    findings.push_back({error.code(), error.what(), error.hint(), true});
  }
}

void check_encryption(Connection& connection, const MysqlSettings& settings, Findings& findings) {
  if (!is_local(settings) && !connection.encrypted())
    findings.push_back({ExitCode::kConfiguration,
                        "the connection to " + settings.server() + " is not encrypted",
                        "set tls.mode to \"required\"", false});
}

void check_objects(Connection& connection, const MysqlSettings& settings,
                   const std::string& database, Findings& findings) {
  for (const auto& row :
       connection.query("SELECT TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA=" +
                        quote_text(database)))
    if (const auto reason = why_broken(connection, database, row[0].value_or("")); !reason.empty())
      findings.push_back(
          {ExitCode::kPrecondition,
           fmt::format("view {}.{} is broken: {}", database, row[0].value_or(""), reason),
           "mend or drop it: the archive keeps its definition, but a restore cannot create it while"
           " what it names is gone",
           false});
  for (const auto& row : connection.query(
           "SELECT T.TABLE_NAME, T.ENGINE FROM information_schema.TABLES T"
           " LEFT JOIN information_schema.ENGINES E ON E.ENGINE=T.ENGINE WHERE T.TABLE_SCHEMA=" +
           quote_text(database) +
           " AND T.TABLE_TYPE='BASE TABLE' AND COALESCE(E.TRANSACTIONS,'NO')<>'YES'"))
    findings.push_back(
        {ExitCode::kPrecondition,
         fmt::format("table {}.{} ({}) has no transactions", database, row[0].value_or(""),
                     row[1].value_or("")),
         settings.lock_non_transactional
             ? "the databases are locked while it is copied; convert it to InnoDB to avoid that"
             : settings.without_transactions_hint(),
         !settings.lock_non_transactional});
}

}  // namespace resources::mysql
