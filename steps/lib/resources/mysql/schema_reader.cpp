#include "resources/mysql/schema_reader.hpp"

#include <iterator>

#include <fmt/format.h>

#include "resources/mysql/identifier.hpp"
#include "resources/mysql/object_list.hpp"
#include "resources/mysql/table_reader.hpp"

namespace resources::mysql {

namespace {

// One row of SHOW CREATE <kind>; the columns differ from kind to kind.
Row show_create(Connection& connection, const Definition& definition, const std::string& kind) {
  const std::string sql = definition.kind == ObjectKind::kDatabase
                              ? "SHOW CREATE DATABASE " + quote_name(definition.database)
                              : fmt::format("SHOW CREATE {} {}", kind,
                                            quote_name(definition.database, definition.name));
  auto rows = connection.query(sql, "cannot read the definition of " + label(definition));
  return rows.empty() ? Row() : std::move(rows[0]);
}

[[noreturn]] void refuse_hidden(const Connection& connection, const Definition& definition) {
  const std::string grant =
      connection.is_mariadb() ? "GRANT SELECT ON mysql.proc" : "GRANT SELECT ON *.*";
  throw core::Error(core::ExitCode::kServiceError,
                    fmt::format("the account may not see the body of {}", label(definition)),
                    grant + " TO the backup's account");
}

std::string at(const Row& row, std::size_t column) {
  return column < row.size() ? row[column].value_or("") : "";
}

// Routine and package: name, sql_mode, statement, client charset, collation, database collation.
// Trigger has the same columns; an event has the time zone in third place.
void fill_program(Connection& connection, Definition& definition, const std::string& kind) {
  const Row row = show_create(connection, definition, kind);
  const std::size_t shift = definition.kind == ObjectKind::kEvent ? 1 : 0;
  if (row.size() < 6 + shift || !row[2 + shift]) refuse_hidden(connection, definition);
  definition.sql_mode = at(row, 1);
  if (shift == 1) definition.time_zone = at(row, 2);
  definition.statement = at(row, 2 + shift);
  definition.client_character_set = at(row, 3 + shift);
  definition.connection_collation = at(row, 4 + shift);
  definition.database_collation = at(row, 5 + shift);
}

void fill_table(Connection& connection, Definition& definition) {
  definition.statement = at(show_create(connection, definition, "TABLE"), 1);
}

void fill_sequence(Connection& connection, Definition& definition) {
  definition.statement = at(show_create(connection, definition, "SEQUENCE"), 1);
  // where it stands; its definition tells only where it began
  const std::string name = quote_name(definition.database, definition.name);
  definition.status = connection.value("SELECT next_not_cached_value FROM " + name).value_or("1");
}

// As SHOW CREATE VIEW, which MySQL refuses where a database that the view names is gone. Whether it
// was MERGE or TEMPTABLE is then not to be had.
Row described_view(Connection& connection, const Definition& definition) {
  auto rows = connection.query(
      fmt::format("SELECT TABLE_NAME, VIEW_DEFINITION, CHARACTER_SET_CLIENT, COLLATION_CONNECTION,"
                  " DEFINER, SECURITY_TYPE, CHECK_OPTION FROM information_schema.VIEWS WHERE"
                  " TABLE_SCHEMA={} AND TABLE_NAME={}",
                  quote_text(definition.database), quote_text(definition.name)),
      "cannot read the definition of " + label(definition));
  if (rows.empty()) return {};
  Row row = std::move(rows[0]);
  const std::string check = at(row, 6);
  row[1] = fmt::format("CREATE ALGORITHM=UNDEFINED DEFINER={} SQL SECURITY {} VIEW {} AS {}{}",
                       quote_account(at(row, 4)), at(row, 5), quote_name(definition.name),
                       at(row, 1), check == "NONE" ? "" : " WITH " + check + " CHECK OPTION");
  return row;
}

Row show_view(Connection& connection, const Definition& definition) {
  constexpr unsigned kUnknownDatabase = 1049;
  constexpr unsigned kInvalidView = 1356;
  try {
    return show_create(connection, definition, "VIEW");
  } catch (const SqlError& error) {
    if (error.number() != kUnknownDatabase && error.number() != kInvalidView) throw;
  }
  return described_view(connection, definition);
}

void fill_view(Connection& connection, Definition& definition) {
  const Row shown = show_view(connection, definition);
  definition.statement = at(shown, 1);
  definition.client_character_set = at(shown, 2);
  definition.connection_collation = at(shown, 3);
  if (!why_broken(connection, definition.database, definition.name).empty())
    definition.status = kBrokenView;
}

void fill(Connection& connection, Definition& definition) {
  switch (definition.kind) {
    case ObjectKind::kDatabase:
      definition.statement = at(show_create(connection, definition, ""), 1);
      return;
    case ObjectKind::kTable:
      return fill_table(connection, definition);
    case ObjectKind::kSequence:
      return fill_sequence(connection, definition);
    case ObjectKind::kView:
      return fill_view(connection, definition);
    case ObjectKind::kFunction:
      return fill_program(connection, definition, "FUNCTION");
    case ObjectKind::kProcedure:
      return fill_program(connection, definition, "PROCEDURE");
    case ObjectKind::kPackage:
      return fill_program(connection, definition, "PACKAGE");
    case ObjectKind::kPackageBody:
      return fill_program(connection, definition, "PACKAGE BODY");
    case ObjectKind::kTrigger:
      return fill_program(connection, definition, "TRIGGER");
    case ObjectKind::kEvent:
      return fill_program(connection, definition, "EVENT");
  }
}

}  // namespace

std::vector<std::string> existing_databases(Connection& connection,
                                            const std::vector<std::string>& databases) {
  std::vector<std::string> found;
  for (const auto& name : databases)
    if (connection.value("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME=" +
                         quote_text(name)))
      found.push_back(name);
  return found;
}

std::string why_broken(Connection& connection, const std::string& database,
                       const std::string& view) {
  try {
    connection.execute(fmt::format("SELECT 1 FROM {} LIMIT 0", quote_name(database, view)),
                       "cannot read it");
    return "";
  } catch (const SqlError& error) {
    if (error.code() == core::ExitCode::kUnreachable) throw;
    return error.what();
  }
}

std::string show_create_table(Connection& connection, const std::string& database,
                              const std::string& table) {
  Definition definition;
  definition.database = database;
  definition.name = table;
  fill_table(connection, definition);
  return definition.statement;
}

Schema read_schemas(Connection& connection, const std::vector<std::string>& databases) {
  Schema schema;
  for (const auto& database : databases) {
    // names of this database are then printed without its name
    connection.execute("USE " + quote_name(database), "cannot select database " + database);
    auto tables = read_tables(connection, database);
    std::move(tables.begin(), tables.end(), std::back_inserter(schema.tables));
    for (auto& definition : list_objects(connection, database)) {
      if (definition.kind != ObjectKind::kTrigger) fill(connection, definition);
      schema.definitions.push_back(std::move(definition));
    }
  }
  return schema;
}

void read_triggers(Connection& connection, Schema& schema) {
  for (auto& definition : schema.definitions)
    if (definition.kind == ObjectKind::kTrigger) fill(connection, definition);
}

}  // namespace resources::mysql
