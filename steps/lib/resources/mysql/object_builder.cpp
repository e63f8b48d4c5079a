#include "resources/mysql/object_builder.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "json/value.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/session_settings.hpp"
#include "resources/mysql/sql_scanner.hpp"

namespace resources::mysql {

namespace {

// "DROP PACKAGE BODY IF EXISTS `d`.`n`"
std::string drop_statement(const Definition& definition) {
  std::string kind(to_text(definition.kind));
  std::transform(kind.begin(), kind.end(), kind.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  return fmt::format("DROP {} IF EXISTS {}", kind,
                     quote_name(definition.database, definition.name));
}

std::string database_collation(Connection& connection, const std::string& database) {
  return connection
      .value("SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME=" +
             quote_text(database))
      .value_or("");
}

// Charset and collation of CREATE DATABASE, for one that is there already.
std::string altering(std::string statement) {
  constexpr std::string_view kCreate = "CREATE ";
  return statement.replace(0, kCreate.size(), "ALTER ");
}

// Routines keep the collation that their database had when they were created.
class DatabaseCollation {
 public:
  DatabaseCollation(Connection& connection, const Definition& definition)
      : m_connection(connection), m_database(definition.database) {
    if (definition.database_collation.empty()) return;
    m_before = database_collation(connection, m_database);
    if (m_before == definition.database_collation) {
      m_before.clear();
      return;
    }
    set(definition.database_collation);
  }
  void put_back() {
    if (!m_before.empty()) set(m_before);
    m_before.clear();
  }

 private:
  void set(const std::string& collation) {
    m_connection.execute(
        fmt::format("ALTER DATABASE {} COLLATE {}", quote_name(m_database), collation));
  }
  Connection& m_connection;
  std::string m_database;
  std::string m_before;
};

bool waits_for_another(const SqlError& error) {
  return error.number() == 1146 || error.number() == 1356 || error.number() == 1305 ||
         error.number() == 1054 || error.number() == 1049;
}

}  // namespace

void enter_settings(Connection& connection, const Definition& definition) {
  connection.execute("USE " + quote_name(definition.database));
  if (!definition.client_character_set.empty())
    connection.execute(fmt::format("SET SESSION character_set_client={}, collation_connection={}",
                                   definition.client_character_set,
                                   definition.connection_collation));
  if (definition.kind != ObjectKind::kView)
    connection.execute("SET SESSION sql_mode=" + quote_text(definition.sql_mode));
  if (!definition.time_zone.empty())
    connection.execute("SET SESSION time_zone=" + quote_text(definition.time_zone));
}

void leave_settings(Connection& connection) {
  connection.execute(fmt::format(
      "SET SESSION character_set_client=utf8mb4, collation_connection=utf8mb4_general_ci,"
      " sql_mode={}, time_zone='+00:00', timestamp=DEFAULT",
      kSqlMode));
}

std::string disabled_event(const std::string& statement) {
  constexpr std::string_view kEnabled = " PRESERVE ENABLE";
  constexpr std::string_view kSlave = " PRESERVE DISABLE ON SLAVE";
  std::string text = statement;
  if (const auto at = find_outside_quotes(text, kEnabled); at != std::string::npos)
    return text.replace(at, kEnabled.size(), " PRESERVE DISABLE");
  if (const auto at = find_outside_quotes(text, kSlave); at != std::string::npos)
    return text.replace(at, kSlave.size(), " PRESERVE DISABLE");
  return text;
}

void drop_object(Connection& connection, core::Context& context, const Definition& definition) {
  context.lease.check();
  const bool package =
      definition.kind == ObjectKind::kPackage || definition.kind == ObjectKind::kPackageBody;
  // MariaDB knows the word only in this mode
  if (package) connection.execute("SET SESSION sql_mode='ORACLE'");
  connection.execute(drop_statement(definition), "cannot replace " + label(definition));
  if (package) leave_settings(connection);
}

ObjectBuilder::ObjectBuilder(Connection& connection, LoadJournal& journal, core::Context& context,
                             std::optional<std::string> definer, std::int64_t cut_unix_seconds)
    : m_connection(connection),
      m_journal(journal),
      m_context(context),
      m_definer(std::move(definer)),
      m_cut_unix_seconds(cut_unix_seconds) {}

void ObjectBuilder::create_databases(const std::vector<Definition>& definitions) {
  for (const auto& definition : definitions) {
    if (definition.kind != ObjectKind::kDatabase) continue;
    m_context.lease.check();
    // a run that was killed while it created a routine left the collation of that routine behind
    const bool there = !existing_databases(m_connection, {definition.database}).empty();
    m_connection.execute(there ? altering(definition.statement) : definition.statement,
                         "cannot create " + label(definition));
  }
}

void ObjectBuilder::create_sequences(const std::vector<Definition>& definitions) {
  for (const auto& definition : definitions) {
    if (definition.kind != ObjectKind::kSequence || m_journal.is_done(object_item(definition)))
      continue;
    drop_object(m_connection, m_context, definition);
    m_connection.execute("USE " + quote_name(definition.database));
    m_connection.execute(definition.statement, "cannot create " + label(definition));
    // SETVAL would leave one that has come to stand before its start as it is
    m_connection.execute(
        fmt::format("ALTER SEQUENCE {} RESTART WITH {}",
                    quote_name(definition.database, definition.name), definition.status),
        "cannot set " + label(definition));
    m_journal.done(m_connection, object_item(definition));
  }
}

void ObjectBuilder::create_programs(const std::vector<Definition>& definitions) {
  std::vector<const Definition*> views;
  // a view may call a function; nothing that a routine's body names need exist yet
  for (const auto& definition : definitions) {
    switch (definition.kind) {
      case ObjectKind::kFunction:
      case ObjectKind::kProcedure:
      case ObjectKind::kPackage:
      case ObjectKind::kPackageBody:
        create_once(definition);
        break;
      case ObjectKind::kView:
        views.push_back(&definition);
        break;
      default:
        break;
    }
  }
  create_views(std::move(views));
  for (const auto& definition : definitions)
    if (definition.kind == ObjectKind::kTrigger) create_once(definition);
  for (const auto& definition : definitions)
    if (definition.kind == ObjectKind::kEvent) create_event(definition);
}

// Each round creates at least the views that stand only on what is there already.
void ObjectBuilder::create_views(std::vector<const Definition*> waiting) {
  while (!waiting.empty()) {
    std::vector<const Definition*> still;
    std::optional<SqlError> reason;
    for (const auto* view : waiting) {
      try {
        create_once(*view);
      } catch (const SqlError& error) {
        if (!waits_for_another(error)) throw;
        reason = error;
        still.push_back(view);
      }
    }
    if (still.size() == waiting.size()) return leave_out_broken(still, *reason);
    waiting = std::move(still);
  }
}

// Views that were broken in the archived environment: it is put back as it was.
void ObjectBuilder::leave_out_broken(const std::vector<const Definition*>& views,
                                     const SqlError& reason) {
  for (const auto* view : views)
    if (view->status != kBrokenView) throw SqlError(reason);
  for (const auto* view : views) {
    m_context.progress.note(fmt::format(
        "mysql: {} was broken when it was archived and cannot be created; mysql/{}/schema.sql in"
        " the archive keeps its definition",
        label(*view), view->database));
    m_journal.done(m_connection, object_item(*view));
  }
}

void ObjectBuilder::create_once(const Definition& definition) {
  if (m_journal.is_done(object_item(definition))) return;
  drop_object(m_connection, m_context, definition);
  create(definition);
  m_journal.done(m_connection, object_item(definition));
}

void ObjectBuilder::create_event(Definition definition) {
  if (m_journal.is_done(object_item(definition))) return;
  const std::string status = definition.status;
  if (m_definer) definition.statement = replace_definer(definition.statement, *m_definer);
  json::Value wake = json::Value::object();
  wake.set("database", definition.database);
  wake.set("name", definition.name);
  wake.set("status", status);
  wake.set("definer", definer_of(definition.statement));
  wake.set("sql_mode", definition.sql_mode);
  wake.set("time_zone", definition.time_zone);
  wake.set("character_set_client", definition.client_character_set);
  wake.set("collation_connection", definition.connection_collation);
  wake.set("cut_unix_seconds", m_cut_unix_seconds);
  drop_object(m_connection, m_context, definition);
  definition.statement = disabled_event(definition.statement);
  create(definition);
  m_journal.done(m_connection, object_item(definition), json::dump(wake));
}

std::string ObjectBuilder::made_at(const Definition& event) const {
  return event.created_unix_seconds.empty() ? std::to_string(m_cut_unix_seconds)
                                            : event.created_unix_seconds;
}

void ObjectBuilder::create(const Definition& definition) {
  const std::string statement =
      m_definer ? replace_definer(definition.statement, *m_definer) : definition.statement;
  DatabaseCollation collation(m_connection, definition);
  try {
    enter_settings(m_connection, definition);
    // an event whose time has passed could not be created any more
    if (definition.kind == ObjectKind::kEvent)
      m_connection.execute("SET SESSION timestamp=" + made_at(definition));
    m_connection.execute(statement, "cannot create " + label(definition));
  } catch (const SqlError& error) {
    if (error.code() == core::ExitCode::kUnreachable) throw;
    leave_settings(m_connection);
    collation.put_back();
    throw;
  }
  leave_settings(m_connection);
  collation.put_back();
}

}  // namespace resources::mysql
