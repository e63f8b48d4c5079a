#include "resources/mysql/move_work.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "resources/mysql/accounts.hpp"
#include "resources/mysql/aside.hpp"
#include "resources/mysql/check_move.hpp"
#include "resources/mysql/destroy.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/live_objects.hpp"
#include "resources/mysql/object_builder.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/server_locks.hpp"
#include "resources/mysql/table_move.hpp"

namespace resources::mysql {

namespace {

// The only session that moves tables of this environment.
void take_control(Connection& connection, const MysqlSettings& settings, core::Context& context) {
  const ServerLocks locks(settings.environment);
  locks.end_leftovers(connection, context);
  locks.take(connection, 0);
  connection.execute("SET SESSION foreign_key_checks=0");
  if (settings.disable_binary_log) connection.execute("SET SESSION sql_log_bin=0");
}

bool refers_outside(const Definition& table, const ArchivedMysql& archive,
                    const InPlaceTables& in_place) {
  bool outside = false;
  without_foreign_keys(table.statement, [&](const auto& part) {
    const auto [database, name] = foreign_table(part, table.database);
    const auto& databases = archive.databases();
    outside = outside || in_place.holds(database, name) ||
              std::find(databases.begin(), databases.end(), database) == databases.end();
    return false;
  });
  return outside;
}

}  // namespace

std::vector<std::string> make_ready(const MysqlSettings& settings,
                                    const archive::ArchiveReader& archive, core::Context& context) {
  const ArchivedMysql archived(archive);
  const auto in_place = recorded_plan(context).value();
  Connection connection(settings, context.cancel);
  take_control(connection, settings, context);
  const auto gone = objects_that_go(connection, archived, context);
  const auto live = read_definitions(connection, archived.databases());
  for (const auto& database : archived.databases())
    if (!is_recorded(context, database)) record_live(context, database, live);
  context.lease.check();
  // what an earlier run had loaded in place is loaded again
  LoadJournal::drop_one(connection, settings.environment, LoadJournal::kLive);
  drop_triggers_and_events(connection, context, live);
  for (const auto& database : archived.databases())
    for (const auto& table : tables_in(connection, database))
      if (in_place.holds(database, table)) {
        context.lease.check();
        connection.execute("DROP TABLE " + quote_name(database, table),
                           "cannot remove table " + table);
      }
  return gone;
}

MoveWork::MoveWork(const MysqlSettings& settings, const archive::ArchiveReader& archive,
                   core::Context& context)
    : m_settings(settings),
      m_context(context),
      m_archive(archive),
      m_in_place(recorded_plan(context).value()) {
  if (!m_in_place.empty())
    m_loading = std::make_unique<RestoreWork>(
        settings, ArchivedMysql(archive, m_in_place.in_place()), context);
}

std::vector<Task> MoveWork::plan() {
  return m_loading ? m_loading->plan() : std::vector<Task>();
}

void MoveWork::add_outside_keys(Connection& connection, LoadJournal& journal) {
  TableBuilder tables(journal, m_context);
  for (const auto& definition : m_archive.definitions(m_context))
    if (definition.kind == ObjectKind::kTable && refers_outside(definition, m_archive, m_in_place))
      tables.add_foreign_keys(connection, {definition, nullptr, false});
}

void MoveWork::move() {
  Connection connection(m_settings, m_context.cancel);
  take_control(connection, m_settings, m_context);
  LoadJournal journal(connection, m_context, m_settings.environment,
                      m_archive.reader().manifest_sha256());
  const auto definitions = m_archive.definitions(m_context);
  ObjectBuilder(connection, journal, m_context, m_settings.replace_definer_with,
                m_archive.cut_unix_seconds())
      .create_databases(definitions);
  move_in(connection, m_context, m_settings, m_archive.databases(), m_in_place);
  check_aside(connection, m_settings, m_context);
  free_outside_tables(connection, m_settings, m_context, m_archive.databases());
  set_up_loading(connection, m_settings, m_archive);
  add_outside_keys(connection, journal);
  make_programs_equal(connection, journal, m_context, m_settings, m_archive.cut_unix_seconds(),
                      m_archive.databases(), definitions);
  drop_absent_databases(connection, m_context, m_archive.databases(), definitions);
}

json::Value MoveWork::finish() {
  m_loading.reset();  // its connections hold the locks that the move takes
  move();
  Connection connection(m_settings, m_context.cancel);
  json::Value lines = json::Value::array();
  for (const auto& account : m_archive.accounts(m_context))
    lines.push_back(restore_account(connection, account));
  json::Value report = json::Value::object();
  report.set("tables", m_archive.tables().size());
  report.set("in_place", m_in_place.parts().size());
  report.set("accounts", std::move(lines));
  return report;
}

}  // namespace resources::mysql
