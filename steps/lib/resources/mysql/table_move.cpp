#include "resources/mysql/table_move.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "resources/mysql/identifier.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/stray_partitions.hpp"

namespace resources::mysql {

namespace {

constexpr unsigned kLockWaitTimeout = 1205;

// "RENAME TABLE a TO b, c TO d"
class Rename {
 public:
  void add(const std::string& schema, const std::string& table, const std::string& to) {
    m_sql += fmt::format("{}{} TO {}", m_sql.empty() ? "RENAME TABLE " : ", ",
                         quote_name(schema, table), quote_name(to, table));
    m_targets.emplace_back(to, table);
  }
  void run(Connection& connection, core::Context& context, const std::string& doing) const {
    if (m_sql.empty()) return;
    context.lease.check();
    wait_briefly_for_locks(connection);
    try {
      try_once(connection, doing);
    } catch (const SqlError& error) {
      if (error.number() != kLockWaitTimeout) throw;
      refuse_locked(connection, doing);
    }
  }

 private:
  void try_once(Connection& connection, const std::string& doing) const {
    try {
      return connection.execute(m_sql, doing);
    } catch (const SqlError& error) {
      if (error.number() != kTableExists || !connection.is_mariadb()) throw;
    }
    for (const auto& [schema, table] : m_targets) drop_stray_partitions(connection, schema, table);
    connection.execute(m_sql, doing);
  }

  std::string m_sql;
  std::vector<std::pair<std::string, std::string>> m_targets;
};

void discard(Connection& connection, core::Context& context, const std::string& schema,
             const std::vector<std::string>& tables) {
  std::string list;
  for (const auto& table : tables) list += (list.empty() ? "" : ", ") + quote_name(schema, table);
  if (list.empty()) return;
  context.lease.check();
  connection.execute("DROP TABLE IF EXISTS " + list, "cannot discard what was moved in before");
}

std::vector<std::string> moving(Connection& connection, const std::string& database,
                                const InPlaceTables& in_place) {
  auto tables = tables_in(connection, database);
  std::erase_if(tables, [&](const auto& table) { return in_place.holds(database, table); });
  return tables;
}

std::vector<std::string> aside_schemas(const MysqlSettings& settings,
                                       const std::vector<std::string>& databases) {
  std::vector<std::string> schemas;
  for (const auto& database : databases)
    schemas.push_back(aside_schema(settings.environment, database));
  return schemas;
}

std::vector<std::string> staged_schemas(const MysqlSettings& settings,
                                        const std::vector<std::string>& databases) {
  std::vector<std::string> schemas;
  for (const auto& database : databases)
    schemas.push_back(staged_schema(settings.environment, database));
  return schemas;
}

}  // namespace

std::vector<std::string> tables_in(Connection& connection, const std::string& schema) {
  std::vector<std::string> tables;
  for (const auto& row : connection.query(
           "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA=" +
           quote_text(schema) +
           " AND TABLE_TYPE IN ('BASE TABLE','SYSTEM VERSIONED','SEQUENCE') ORDER BY TABLE_NAME"))
    tables.push_back(row[0].value_or(""));
  return tables;
}

bool any_table_in(Connection& connection, const std::vector<std::string>& schemas) {
  return std::any_of(schemas.begin(), schemas.end(),
                     [&](const auto& schema) { return !tables_in(connection, schema).empty(); });
}

std::string sessions_in_the_way(Connection& connection) {
  std::string text;
  for (const auto& row : connection.query(
           "SELECT ID, USER, HOST, TIME, COALESCE(LEFT(INFO, 80), COMMAND) FROM"
           " information_schema.PROCESSLIST WHERE ID<>CONNECTION_ID() AND COMMAND<>'Daemon' AND"
           " USER NOT IN ('system user','event_scheduler') ORDER BY TIME DESC LIMIT 5"))
    text += fmt::format("{}session {} of {}@{}, {} s: {}", text.empty() ? "" : "; ",
                        row[0].value_or("?"), row[1].value_or("?"), row[2].value_or("?"),
                        row[3].value_or("?"), row[4].value_or(""));
  return text.empty() ? "a session that this account may not see" : text;
}

void wait_briefly_for_locks(Connection& connection) {
  connection.execute("SET SESSION lock_wait_timeout=10");
}

void refuse_locked(Connection& connection, const std::string& doing) {
  throw core::Error(
      core::ExitCode::kPrecondition,
      fmt::format("{}: another session holds a lock: {}", doing, sessions_in_the_way(connection)),
      "nothing was moved; end that session or stop the application that holds it, "
      "then start the restore again");
}

void create_schema_like(Connection& connection, const std::string& schema,
                        const std::string& like) {
  const auto collation = connection.value(
      "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME=" +
      quote_text(like));
  const auto charset = connection.value(
      "SELECT DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME=" +
      quote_text(like));
  connection.execute(fmt::format("CREATE DATABASE IF NOT EXISTS {}{}", quote_name(schema),
                                 collation ? fmt::format(" CHARACTER SET {} COLLATE {}",
                                                         charset.value_or("utf8mb4"), *collation)
                                           : ""),
                     "cannot create schema " + schema);
}

void move_in(Connection& connection, core::Context& context, const MysqlSettings& settings,
             const std::vector<std::string>& databases, const InPlaceTables& in_place) {
  const bool sacred = any_table_in(connection, aside_schemas(settings, databases));
  if (!any_table_in(connection, staged_schemas(settings, databases))) return;  // moved in before
  Rename all;
  for (const auto& database : databases) {
    const auto going = moving(connection, database, in_place);
    if (sacred) discard(connection, context, database, going);
    const auto aside = aside_schema(settings.environment, database);
    create_schema_like(connection, aside, database);
    if (!sacred)
      for (const auto& table : going) all.add(database, table, aside);
  }
  for (const auto& database : databases) {
    const auto from = staged_schema(settings.environment, database);
    for (const auto& table : tables_in(connection, from)) all.add(from, table, database);
  }
  all.run(connection, context, "cannot move the staged tables in");
}

void move_out(Connection& connection, core::Context& context, const MysqlSettings& settings,
              const std::vector<std::string>& databases, const InPlaceTables& in_place) {
  if (!any_table_in(connection, aside_schemas(settings, databases))) return;
  Rename all;
  for (const auto& database : databases) {
    const auto aside = aside_schema(settings.environment, database);
    const auto trash = staged_schema(settings.environment, database);
    connection.execute("DROP DATABASE IF EXISTS " + quote_name(trash),
                       "cannot remove what is staged");
    create_schema_like(connection, trash, database);
    // a table of another database follows those in place
    for (const auto& table : moving(connection, database, in_place))
      all.add(database, table, trash);
    for (const auto& table : tables_in(connection, aside)) all.add(aside, table, database);
  }
  all.run(connection, context, "cannot move the earlier tables back");
}

}  // namespace resources::mysql
