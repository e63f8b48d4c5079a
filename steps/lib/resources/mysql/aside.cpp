#include "resources/mysql/aside.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "json/value.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/live_objects.hpp"
#include "resources/mysql/load_journal.hpp"
#include "resources/mysql/object_builder.hpp"
#include "resources/mysql/proof_mark.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/server_locks.hpp"
#include "resources/mysql/sql_scanner.hpp"
#include "resources/mysql/staging_plan.hpp"
#include "resources/mysql/table_definition.hpp"
#include "resources/mysql/table_move.hpp"

namespace resources::mysql {

namespace {

const std::string kOutside = "outside keys of ";
constexpr const char* kBack = "moved back";

struct OutsideKey {
  std::string database;
  std::string table;
  std::string name;
  std::string text;  // "CONSTRAINT `x` FOREIGN KEY ..."
};

// The lines of SHOW CREATE TABLE that say it, so that they can be said again.
std::vector<OutsideKey> outside_keys_of(Connection& connection, const std::string& database,
                                        const std::string& schema, const std::string& table,
                                        const std::vector<std::string>& aside) {
  std::vector<OutsideKey> keys;
  connection.execute("USE " + quote_name(schema));
  without_foreign_keys(show_create_table(connection, schema, table), [&](const auto& part) {
    const auto target = foreign_table(part, schema);
    if (std::find(aside.begin(), aside.end(), target.database) == aside.end()) {
      const std::size_t begin = part.find('`');
      keys.push_back({database, table,
                      unquote_name(part.substr(begin, skip_quoted(part, begin) - begin)), part});
    }
    return false;
  });
  return keys;
}

std::vector<std::string> tables_with_outside_keys(Connection& connection, const std::string& schema,
                                                  const std::vector<std::string>& aside) {
  std::string list;
  for (const auto& name : aside) list += (list.empty() ? "" : ", ") + quote_text(name);
  std::vector<std::string> tables;
  for (const auto& row : connection.query(
           fmt::format("SELECT DISTINCT TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE "
                       "TABLE_SCHEMA={} AND REFERENCED_TABLE_SCHEMA IS NOT NULL AND "
                       "REFERENCED_TABLE_SCHEMA NOT IN ({})",
                       quote_text(schema), list)))
    tables.push_back(row[0].value_or(""));
  return tables;
}

void record(core::Context& context, const std::string& database,
            const std::vector<OutsideKey>& keys) {
  json::Value list = json::Value::array();
  for (const auto& key : keys) {
    json::Value entry = json::Value::object();
    entry.set("table", key.table);
    entry.set("name", key.name);
    entry.set("text", key.text);
    list.push_back(std::move(entry));
  }
  context.moves.record("mysql", kOutside + database, json::dump(list));
}

// What a killed run has put back already is left alone.
void put_back_outside_keys(Connection& connection, core::Context& context,
                           const std::vector<std::string>& databases) {
  const auto moves = context.moves.moves("mysql");
  for (const auto& database : databases) {
    const auto found = moves.find(kOutside + database);
    if (found == moves.end()) continue;
    const json::Value list = json::parse(found->second, "the record of moves");
    for (const auto& key : list.as_array()) {
      const auto there = connection.number(fmt::format(
          "SELECT COUNT(*) FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA={} AND "
          "TABLE_NAME={} AND CONSTRAINT_NAME={}",
          quote_text(database), quote_text(key.at("table").as_string()),
          quote_text(key.at("name").as_string())));
      if (there > 0) continue;
      connection.execute("USE " + quote_name(database));
      connection.execute(alter_add(quote_name(database, key.at("table").as_string()),
                                   {key.at("text").as_string()}),
                         "cannot add a foreign key again");
    }
  }
}

std::vector<std::string> schemas_of(const MysqlSettings& settings, Connection& connection,
                                    std::string (*name)(const std::string&, const std::string&)) {
  std::vector<std::string> schemas;
  for (const auto& database : settings.databases)
    schemas.push_back(name(settings.environment, database));
  return existing_databases(connection, schemas);
}

void take_over(Connection& connection, const MysqlSettings& settings, core::Context& context) {
  const ServerLocks locks(settings.environment);
  locks.end_leftovers(connection, context);
  locks.take(connection, 0);
  if (settings.disable_binary_log) connection.execute("SET SESSION sql_log_bin=0");
}

}  // namespace

void drop_schemas(Connection& connection, core::Context& context,
                  const std::vector<std::string>& schemas) {
  for (const auto& schema : schemas) {
    context.lease.check();
    connection.execute("DROP DATABASE IF EXISTS " + quote_name(schema),
                       "cannot remove schema " + schema);
  }
}

void drop_absent_databases(Connection& connection, core::Context& context,
                           const std::vector<std::string>& databases,
                           const std::vector<Definition>& wanted) {
  for (const auto& database : databases) {
    const bool there = std::any_of(wanted.begin(), wanted.end(), [&](const Definition& definition) {
      return definition.kind == ObjectKind::kDatabase && definition.database == database;
    });
    if (!there) drop_schemas(connection, context, {database});
  }
}

void free_outside_tables(Connection& connection, const MysqlSettings& settings,
                         core::Context& context, const std::vector<std::string>& databases) {
  std::vector<std::string> aside;
  for (const auto& database : databases)
    aside.push_back(aside_schema(settings.environment, database));
  for (const auto& database : databases) {
    const auto schema = aside_schema(settings.environment, database);
    std::vector<OutsideKey> keys;
    for (const auto& table : tables_with_outside_keys(connection, schema, aside))
      for (auto& key : outside_keys_of(connection, database, schema, table, aside))
        keys.push_back(std::move(key));
    if (keys.empty()) continue;
    record(context, database, keys);
    context.lease.check();
    for (const auto& key : keys)
      connection.execute(fmt::format("ALTER TABLE {} DROP FOREIGN KEY {}",
                                     quote_name(schema, key.table), quote_name(key.name)),
                         "cannot take off a foreign key of what is aside");
  }
}

void move_back(const MysqlSettings& settings, core::Context& context) {
  const auto databases = recorded_databases(context);
  if (databases.empty()) return;  // nothing was changed yet
  const auto recorded = recorded_live(context);
  Connection connection(settings, context.cancel);
  take_over(connection, settings, context);
  connection.execute("SET SESSION foreign_key_checks=0");
  const auto in_place = recorded_plan(context).value_or(InPlaceTables());
  LoadJournal::drop(connection, context, settings.environment);
  LoadJournal journal(connection, context, settings.environment, kBack);
  ObjectBuilder builder(connection, journal, context, std::nullopt, 0);
  builder.create_databases(recorded);
  drop_triggers_and_events(connection, context, read_definitions(connection, databases));
  move_out(connection, context, settings, databases, in_place);
  remember_moved_back(context, context.moves.beside("mysql").aside_archive);
  put_back_outside_keys(connection, context, databases);
  MysqlSettings as_it_was = settings;
  as_it_was.replace_definer_with.reset();
  make_programs_equal(connection, journal, context, as_it_was, mark_now(connection).proof_began,
                      databases, recorded);
  drop_absent_databases(connection, context, databases, recorded);
}

void check_aside_unused(const MysqlSettings& settings, core::Context& context) {
  Connection connection(settings, context.cancel);
  const auto schemas = schemas_of(settings, connection, aside_schema);
  if (const auto child = child_from_outside(connection, schemas); !child.empty())
    throw core::Error(core::ExitCode::kPrecondition,
                      "a foreign key of table " + child + " refers to what the restore replaced",
                      "drop that foreign key, or let it refer to the live table; then run `sweep`");
}

void drop_aside(const MysqlSettings& settings, core::Context& context) {
  check_aside_unused(settings, context);
  Connection connection(settings, context.cancel);
  if (settings.disable_binary_log) connection.execute("SET SESSION sql_log_bin=0");
  wait_briefly_for_locks(connection);
  // nobody else refers to them; among themselves MariaDB would drop some and refuse the others
  connection.execute("SET SESSION foreign_key_checks=0");
  drop_schemas(connection, context, schemas_of(settings, connection, aside_schema));
}

void drop_staged(const MysqlSettings& settings, core::Context& context) {
  Connection connection(settings, context.cancel);
  take_over(connection, settings, context);
  connection.execute("SET SESSION foreign_key_checks=0");
  drop_schemas(connection, context, schemas_of(settings, connection, staged_schema));
  LoadJournal::drop_one(connection, settings.environment, LoadJournal::kStaged);
}

std::vector<std::string> list_beside(const MysqlSettings& settings, core::Context& context) {
  Connection connection(settings, context.cancel);
  std::vector<std::string> found;
  for (const auto& name : {staged_schema, aside_schema})
    for (const auto& schema : schemas_of(settings, connection, name))
      found.push_back(
          fmt::format("schema {} ({} tables)", schema, tables_in(connection, schema).size()));
  return found;
}

}  // namespace resources::mysql
