#include "resources/mysql/live_objects.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "json/value.hpp"
#include "resources/mysql/definition_comparison.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/object_builder.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/schema_text.hpp"

namespace resources::mysql {

namespace {

const std::string kRecord = "definitions of ";

bool is_program(const Definition& definition) {
  switch (definition.kind) {
    case ObjectKind::kDatabase:
    case ObjectKind::kTable:
    case ObjectKind::kSequence:
      return false;
    default:
      return true;
  }
}

bool is_routine(const Definition& definition) {
  return definition.kind == ObjectKind::kFunction || definition.kind == ObjectKind::kProcedure;
}

// Events come back asleep. MySQL marks a view as broken when its tables move and it cannot ask its
// definer; rights on views are not lost with them.
bool is_made_anew(const Definition& definition) {
  return definition.kind == ObjectKind::kEvent || definition.kind == ObjectKind::kView;
}

std::vector<Definition> programs_of(const std::vector<Definition>& definitions) {
  std::vector<Definition> programs;
  std::copy_if(definitions.begin(), definitions.end(), std::back_inserter(programs), is_program);
  return programs;
}

// GRANT statements for those who may use a routine: dropping it takes their rights away.
std::vector<std::string> grants_on(Connection& connection, const Definition& routine) {
  std::vector<std::string> statements;
  std::vector<Row> rows;
  try {
    rows = connection.query(
        fmt::format("SELECT User, Host, Proc_priv FROM mysql.procs_priv WHERE Db={} AND "
                    "Routine_name={} AND Routine_type={}",
                    quote_text(routine.database), quote_text(routine.name),
                    quote_text(routine.kind == ObjectKind::kFunction ? "FUNCTION" : "PROCEDURE")),
        "cannot read grants");
  } catch (const SqlError& error) {
    if (error.code() == core::ExitCode::kUnreachable) throw;
    return statements;
  }
  for (const auto& row : rows) {
    std::string rights = row[2].value_or("");
    const bool passes_on = rights.find("Grant") != std::string::npos;
    std::string list;
    if (rights.find("Execute") != std::string::npos) list = "EXECUTE";
    if (rights.find("Alter Routine") != std::string::npos)
      list += list.empty() ? "ALTER ROUTINE" : ", ALTER ROUTINE";
    if (list.empty()) list = "USAGE";
    statements.push_back(
        fmt::format("GRANT {} ON {} {} TO {}@{}{}", list,
                    routine.kind == ObjectKind::kFunction ? "FUNCTION" : "PROCEDURE",
                    quote_name(routine.database, routine.name), quote_name(row[0].value_or("")),
                    quote_name(row[1].value_or("")), passes_on ? " WITH GRANT OPTION" : ""));
  }
  return statements;
}

struct Changes {
  std::vector<Definition> to_make;  // wanted, and missing or other in live
  std::vector<Definition> to_drop;  // live, and other or not wanted
};

Changes changes_between(const std::vector<Definition>& live, const std::vector<Definition>& wanted,
                        const std::optional<std::string>& definer) {
  std::set<std::string> differing;
  for (const auto& difference : compare_definitions(wanted, live, definer))
    differing.insert(label(difference.definition));
  // a broken view that nothing could create is not told of
  std::set<std::string> there;
  for (const auto& definition : live) there.insert(label(definition));
  Changes changes;
  for (const auto& definition : wanted)
    if (differing.count(label(definition)) > 0 || is_made_anew(definition) ||
        there.count(label(definition)) == 0)
      changes.to_make.push_back(definition);
  for (const auto& definition : live)
    if (differing.count(label(definition)) > 0 || is_made_anew(definition))
      changes.to_drop.push_back(definition);
  return changes;
}

}  // namespace

std::vector<Definition> read_definitions(Connection& connection,
                                         const std::vector<std::string>& databases) {
  Schema schema = read_schemas(connection, existing_databases(connection, databases));
  read_triggers(connection, schema);
  return std::move(schema.definitions);
}

void record_live(core::Context& context, const std::string& database,
                 const std::vector<Definition>& definitions) {
  std::vector<Definition> own;
  for (const auto& definition : definitions)
    if (definition.database == database && definition.kind != ObjectKind::kTable &&
        definition.kind != ObjectKind::kSequence)
      own.push_back(definition);
  json::Value kept = json::Value::object();  // empty: there was no such database
  if (!own.empty()) {
    auto text = write_schema(own);
    kept.set("script", std::move(text.script));
    kept.set("index", std::move(text.index));
  }
  context.moves.record("mysql", kRecord + database, json::dump(kept));
}

bool is_recorded(core::Context& context, const std::string& database) {
  return context.moves.moves("mysql").count(kRecord + database) > 0;
}

std::vector<std::string> recorded_databases(core::Context& context) {
  std::vector<std::string> databases;
  for (const auto& [part, text] : context.moves.moves("mysql"))
    if (part.rfind(kRecord, 0) == 0) databases.push_back(part.substr(kRecord.size()));
  return databases;
}

std::vector<Definition> recorded_live(core::Context& context) {
  std::vector<Definition> definitions;
  for (const auto& [part, text] : context.moves.moves("mysql")) {
    if (part.rfind(kRecord, 0) != 0) continue;
    const json::Value kept = json::parse(text, "the record of moves");
    if (!kept.contains("script")) continue;
    for (auto& definition : read_schema_text(kept.at("script").as_string(), kept.at("index")))
      definitions.push_back(std::move(definition));
  }
  return definitions;
}

void drop_triggers_and_events(Connection& connection, core::Context& context,
                              const std::vector<Definition>& definitions) {
  for (const auto& definition : definitions)
    if (definition.kind == ObjectKind::kTrigger || definition.kind == ObjectKind::kEvent)
      drop_object(connection, context, definition);
}

void drop_programs(Connection& connection, core::Context& context,
                   const std::vector<Definition>& definitions) {
  for (const auto& definition : definitions)
    if (is_program(definition)) drop_object(connection, context, definition);
}

void make_programs_equal(Connection& connection, LoadJournal& journal, core::Context& context,
                         const MysqlSettings& settings, std::int64_t cut_unix_seconds,
                         const std::vector<std::string>& databases,
                         const std::vector<Definition>& wanted) {
  const auto live = programs_of(read_definitions(connection, databases));
  const auto changes = changes_between(live, programs_of(wanted), settings.replace_definer_with);
  std::vector<std::string> grants;
  for (const auto& definition : changes.to_drop) {
    if (is_routine(definition))
      for (auto& grant : grants_on(connection, definition)) grants.push_back(std::move(grant));
    drop_object(connection, context, definition);
  }
  std::vector<std::string> anew;
  for (const auto& definition : changes.to_make) anew.push_back(object_item(definition));
  journal.strike(connection, anew);
  ObjectBuilder(connection, journal, context, settings.replace_definer_with, cut_unix_seconds)
      .create_programs(changes.to_make);
  for (const auto& grant : grants)
    if (!connection.try_execute(grant))
      context.progress.note("mysql: a grant could not be given again: " + grant);
}

}  // namespace resources::mysql
