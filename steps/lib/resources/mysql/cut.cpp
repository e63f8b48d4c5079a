#include "resources/mysql/cut.hpp"

#include <fmt/format.h>

#include "resources/mysql/identifier.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/table_reader.hpp"

namespace resources::mysql {

namespace {

constexpr int kLockAttempts = 3;
constexpr unsigned kLockWaitTimeout = 1205;

void start_snapshot(Connection& connection) {
  connection.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT", "cannot open a snapshot");
}

// "session 12 of app@10.0.0.5, 340 s: UPDATE ..." for a person who must decide what to do with it.
std::string blocking_session(Connection& connection) {
  const auto rows = connection.query(
      "SELECT ID, USER, HOST, TIME, LEFT(COALESCE(INFO, STATE, COMMAND), 100)"
      " FROM information_schema.PROCESSLIST WHERE ID<>CONNECTION_ID() AND COMMAND<>'Daemon'"
      " AND USER NOT IN ('system user','event_scheduler')"
      " ORDER BY COMMAND='Sleep', TIME DESC LIMIT 1");
  if (rows.empty()) return "a session that this account may not see";
  const Row& row = rows[0];
  return fmt::format("session {} of {}@{}, {} s: {}", row[0].value_or("?"), row[1].value_or("?"),
                     row[2].value_or("?"), row[3].value_or("?"), row[4].value_or(""));
}

std::vector<std::string> databases_to_copy(Connection& control, const MysqlSettings& settings) {
  auto existing = existing_databases(control, settings.databases);
  if (existing.size() < settings.databases.size() && !settings.safety)
    throw core::Error(core::ExitCode::kNotFound,
                      "a configured database does not exist, or the account may not see it",
                      "restore it, or correct /resources/mysql/databases");
  return existing;
}

}  // namespace

Cut::Cut(const MysqlSettings& settings, core::Context& context,
         const std::function<void(Connection&, const Schema&)>& while_locked) {
  Connection control(settings, context.cancel);
  std::vector<std::unique_ptr<Connection>> readers;
  std::vector<std::uint64_t> sessions;
  const int attempts = settings.after_cut ? 1 : kLockAttempts;
  if (!control.is_mariadb()) {
    m_guard = std::make_unique<Connection>(settings, context.cancel);
    keep_ddl_out(*m_guard, context, attempts);
  }
  while (readers.size() < settings.connections) {
    auto reader = connect_one_more(settings, context, readers.size(), settings.connections);
    if (!reader) break;
    readers.push_back(std::move(reader));
  }
  lock(control, "FLUSH TABLES WITH READ LOCK", context, attempts);
  m_schema = read_schemas(control, databases_to_copy(control, settings));
  for (auto& reader : readers) {
    sessions.push_back(reader->id());
    start_snapshot(*reader);
    touch_tables(*reader);
    m_readers.add(std::move(reader));
  }
  while_locked(control, m_schema);
  control.execute("UNLOCK TABLES");
  // no trigger can come or go: its table is open
  auto reader = m_readers.borrow(context.cancel);
  read_triggers(*reader, m_schema);
  reader.give_back();
  if (!settings.after_cut) return;
  m_guard.reset();  // every table is open: nobody else's DDL has to wait
  m_watch = std::make_unique<LockWatch>(settings, context, std::move(sessions));
}

void Cut::guarded(const std::function<void()>& read) const {
  try {
    read();
  } catch (const core::Error&) {
    if (m_watch) m_watch->check();
    throw;
  }
  if (m_watch) m_watch->check();
}

void Cut::keep_ddl_out(Connection& guard, core::Context& context, int attempts) const {
  try {
    lock(guard, "LOCK INSTANCE FOR BACKUP", context, attempts);
  } catch (const SqlError& error) {
    if (error.code() == core::ExitCode::kUnreachable) throw;  // else it is not granted
  }
}

// One attempt where users wait: they wait for it no longer than for a slow page.
void Cut::lock(Connection& connection, const std::string& statement, core::Context& context,
               int attempts) const {
  connection.execute("SET SESSION lock_wait_timeout=10");
  for (int attempt = 1;; ++attempt) {
    try {
      connection.execute(statement, "cannot lock the databases for reading");
      return;
    } catch (const SqlError& error) {
      if (error.number() != kLockWaitTimeout) throw;
      const std::string session = blocking_session(connection);
      context.progress.note("mysql: the read lock waits for " + session);
      if (attempt == attempts)
        throw core::Error(core::ExitCode::kServiceError,
                          "cannot lock the databases for reading: blocked by " + session,
                          "end that session (KILL) or wait for it, then run again");
    }
    context.cancel.sleep_ms(1000 * attempt);
  }
}

void Cut::touch_tables(Connection& reader) const {
  for (const auto& table : m_schema.tables)
    if (holds_rows(table))
      reader.query("SELECT 1 FROM " + quote_name(table.database, table.name) + " LIMIT 1",
                   "cannot open table " + table.label());
}

}  // namespace resources::mysql
