#include "resources/mysql/staging_plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "resources/mysql/grants.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/load_journal.hpp"
#include "resources/mysql/sql_scanner.hpp"

namespace resources::mysql {

namespace {

constexpr const char* kPlan = "plan";
constexpr double kSecondsPerTable = 0.025;

std::string why_bound_to_its_place(const std::string& statement) {
  for (const char* word : {"DATA DIRECTORY=", "INDEX DIRECTORY="})
    if (find_outside_quotes(statement, word) != std::string::npos)
      return "its files lie in a folder of their own";
  if (find_outside_quotes(statement, " UNION=(") != std::string::npos)
    return "it names the tables that it merges";
  return "";
}

// A name as InnoDB's own tables hold it: on MariaDB the name of a file.
std::string stored_name(const Connection& connection, const std::string& name) {
  return connection.is_mariadb()
             ? fmt::format("BINARY CONVERT({} USING filename)", quote_text(name))
             : "BINARY " + quote_text(name);
}

std::string listed(const Connection& connection, const std::vector<std::string>& databases) {
  std::string list;
  for (const auto& database : databases)
    list += (list.empty() ? "" : ", ") + stored_name(connection, database);
  return list;
}

// Parents and children, "database/table" each, where only the parent lies in `schemas`.
std::vector<Row> keys_from_outside(Connection& connection,
                                   const std::vector<std::string>& schemas) {
  const std::string table = connection.is_mariadb() ? "INNODB_SYS_FOREIGN" : "INNODB_FOREIGN";
  const std::string inside = listed(connection, schemas);
  return connection.query(fmt::format("SELECT REF_NAME, FOR_NAME FROM information_schema.{} WHERE "
                                      "BINARY SUBSTRING_INDEX(REF_NAME, '/', 1) IN ({}) AND "
                                      "BINARY SUBSTRING_INDEX(FOR_NAME, '/', 1) NOT IN ({})",
                                      table, inside, inside),
                          "cannot look for foreign keys of other databases");
}

// The table that is asked for is known by its name.
void add_outside_parents(Connection& connection, const ArchivedMysql& archive,
                         InPlaceTables& found) {
  const auto rows = keys_from_outside(connection, archive.databases());
  if (rows.empty()) return;
  for (const auto& archived : archive.tables()) {
    const auto matches = [&](const std::string& stored) {
      return connection.number(fmt::format("SELECT BINARY {} = CONCAT({}, '/', {})",
                                           quote_text(stored),
                                           stored_name(connection, archived.table.database),
                                           stored_name(connection, archived.table.name))) == 1;
    };
    for (const auto& row : rows)
      if (matches(row[0].value_or("")))
        found.add(archived.table.database, archived.table.name,
                  fmt::format("table {} of another database refers to it", row[1].value_or("")));
  }
}

std::vector<std::string> needed_on_scratch() {
  return {"SELECT",        "INSERT",  "UPDATE",     "DELETE",      "CREATE",    "DROP",
          "ALTER",         "INDEX",   "REFERENCES", "CREATE VIEW", "SHOW VIEW", "CREATE ROUTINE",
          "ALTER ROUTINE", "EXECUTE", "TRIGGER",    "EVENT"};
}

std::string why_no_schema(Connection& connection, const Grants& grants, const std::string& schema) {
  std::string missing;
  for (const auto& privilege : needed_on_scratch())
    if (!grants.has(privilege, schema)) missing += (missing.empty() ? "" : ", ") + privilege;
  if (missing.empty()) return "";
  return fmt::format("the account may not use schema {}: GRANT {} ON {} TO {};", schema, missing,
                     grant_pattern(schema), own_account(connection));
}

}  // namespace

void InPlaceTables::add(const std::string& database, const std::string& name,
                        const std::string& reason) {
  if (m_names.emplace(database, name).second)
    m_parts.push_back({"table " + database + '.' + name, reason});
}

bool InPlaceTables::holds(const std::string& database, const std::string& name) const {
  return m_names.count({database, name}) > 0;
}

json::Value InPlaceTables::to_json() const {
  json::Value list = json::Value::array();
  for (const auto& [database, name] : m_names) {
    json::Value entry = json::Value::object();
    entry.set("database", database);
    entry.set("name", name);
    list.push_back(std::move(entry));
  }
  return list;
}

InPlaceTables InPlaceTables::from_json(const json::Value& list) {
  InPlaceTables tables;
  for (const auto& entry : list.as_array())
    tables.add(entry.at("database").as_string(), entry.at("name").as_string(), "");
  return tables;
}

ArchiveView InPlaceTables::staged(const MysqlSettings& settings,
                                  const std::vector<std::string>& databases) const {
  ArchiveView view;
  view.schemas = staged_names(settings.environment, databases);
  if (!empty())
    view.holds_table = [*this](const auto& database, const auto& name) {
      return !holds(database, name);
    };
  return view;
}

ArchiveView InPlaceTables::in_place() const {
  ArchiveView view;
  view.holds_table = [*this](const auto& database, const auto& name) {
    return holds(database, name);
  };
  view.others = false;
  return view;
}

std::string child_from_outside(Connection& connection, const std::vector<std::string>& schemas) {
  if (schemas.empty()) return "";
  const auto rows = keys_from_outside(connection, schemas);
  return rows.empty() ? "" : rows.front()[1].value_or("?");
}

InPlaceTables find_in_place(Connection& connection, const ArchivedMysql& archive,
                            core::Context& context) {
  InPlaceTables found;
  const auto definitions = archive.definitions(context);
  bool sequences = false;
  for (const auto& definition : definitions) {
    if (definition.kind != ObjectKind::kTable) continue;
    if (const auto why = why_bound_to_its_place(definition.statement); !why.empty())
      found.add(definition.database, definition.name, why);
    if (find_outside_quotes(definition.statement, "nextval(") != std::string::npos) {
      found.add(definition.database, definition.name, "a default of it counts by a sequence");
      sequences = true;
    }
  }
  for (const auto& definition : definitions)
    if (sequences && definition.kind == ObjectKind::kSequence)
      found.add(definition.database, definition.name, "the default of a table counts by it");
  add_outside_parents(connection, archive, found);
  return found;
}

std::string why_not_staged(Connection& connection, const MysqlSettings& settings,
                           const ArchivedMysql& archive) {
  const Grants grants = Grants::read(connection);
  if (!grants.has_global("PROCESS"))
    return fmt::format(
        "the account cannot see foreign keys of other databases: GRANT PROCESS ON *.* TO {};",
        own_account(connection));
  for (const auto& database : archive.databases())
    for (const auto& schema : {staged_schema(settings.environment, database),
                               aside_schema(settings.environment, database)})
      if (auto why = why_no_schema(connection, grants, schema); !why.empty()) return why;
  return "";
}

StagingPlan plan_staging(const MysqlSettings& settings, const ArchivedMysql& archive,
                         core::Context& context) {
  Connection connection(settings, context.cancel);
  StagingPlan plan;
  if (const auto why = why_not_staged(connection, settings, archive); !why.empty()) {
    plan.in_place.push_back({"all databases", why});
    return plan;
  }
  const auto in_place = find_in_place(connection, archive, context);
  plan.in_place = in_place.parts();
  const ArchivedMysql staged(archive.reader(), in_place.staged(settings, archive.databases()));
  plan.staged_parts = staged.databases().size() + staged.tables().size();
  for (const auto& archived : staged.tables())
    plan.room_bytes += std::max(archived.table.disk_bytes, archived.table.estimated_bytes);
  plan.outage_seconds = kSecondsPerTable * static_cast<double>(staged.tables().size());
  return plan;
}

std::optional<InPlaceTables> recorded_plan(core::Context& context) {
  const auto moves = context.moves.moves("mysql");
  const auto found = moves.find(kPlan);
  if (found == moves.end()) return std::nullopt;
  return InPlaceTables::from_json(json::parse(found->second, "the record of moves"));
}

void record_plan(core::Context& context, const InPlaceTables& in_place) {
  context.moves.record("mysql", kPlan, json::dump(in_place.to_json()));
}

}  // namespace resources::mysql
