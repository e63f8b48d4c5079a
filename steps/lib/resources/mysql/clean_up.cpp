#include "resources/mysql/clean_up.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "json/value.hpp"
#include "resources/mysql/aside.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/load_journal.hpp"
#include "resources/mysql/object_builder.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/staging_names.hpp"
#include "resources/mysql/table_move.hpp"

namespace resources::mysql {

namespace {

// In the settings of its creation: ALTER EVENT writes the session's into the event.
void wake(Connection& connection, const json::Value& event) {
  const std::string status = event.at("status").as_string();
  if (status == "DISABLED") return;
  Definition definition;
  definition.kind = ObjectKind::kEvent;
  definition.database = event.at("database").as_string();
  definition.name = event.at("name").as_string();
  definition.sql_mode = event.get_string("sql_mode");
  definition.time_zone = event.get_string("time_zone");
  definition.client_character_set = event.get_string("character_set_client");
  definition.connection_collation = event.get_string("collation_connection");
  enter_settings(connection, definition);
  connection.execute(
      fmt::format("SET SESSION timestamp={}", event.at("cut_unix_seconds").as_int()));
  connection.execute(
      fmt::format("ALTER DEFINER={} EVENT {} {}", quote_account(event.at("definer").as_string()),
                  quote_name(definition.database, definition.name),
                  status == "ENABLED" ? "ENABLE" : "DISABLE ON SLAVE"),
      "cannot enable " + label(definition));
  leave_settings(connection);
}

// The move has emptied them.
void drop_empty_staged(Connection& connection, const MysqlSettings& settings,
                       core::Context& context) {
  for (const auto& database : settings.databases) {
    const auto schema = staged_schema(settings.environment, database);
    if (existing_databases(connection, {schema}).empty() || !tables_in(connection, schema).empty())
      continue;
    drop_schemas(connection, context, {schema});
  }
}

}  // namespace

void clean_up(const MysqlSettings& settings, core::Context& context) {
  Connection connection(settings, context.cancel);
  if (settings.disable_binary_log) connection.execute("SET SESSION sql_log_bin=0");
  drop_empty_staged(connection, settings, context);
  const std::string schema = scratch_schema(settings.environment);
  if (existing_databases(connection, {schema}).empty()) return;
  const auto tables = tables_in(connection, schema);
  if (std::find(tables.begin(), tables.end(), LoadJournal::kLive) != tables.end())
    for (const auto& row :
         connection.query("SELECT value FROM " + quote_name(schema, LoadJournal::kLive) +
                          " WHERE item LIKE 'event %'"))
      wake(connection, json::parse(row[0].value_or(""), "the restore's journal"));
  LoadJournal::drop(connection, context, settings.environment);
}

}  // namespace resources::mysql
