#include "resources/mysql/destroy.hpp"

#include <set>

#include "resources/mysql/identifier.hpp"
#include "resources/mysql/load_journal.hpp"
#include "resources/mysql/object_list.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/server_locks.hpp"

namespace resources::mysql {

std::vector<std::string> objects_that_go(Connection& connection, const ArchivedMysql& archive,
                                         core::Context& context) {
  std::set<std::string> archived;
  for (const auto& definition : archive.definitions(context)) archived.insert(label(definition));
  std::vector<std::string> gone;
  for (const auto& database : existing_databases(connection, archive.databases()))
    for (const auto& definition : list_objects(connection, database))
      if (archived.count(label(definition)) == 0) gone.push_back(label(definition));
  return gone;
}

std::vector<std::string> destroy(const MysqlSettings& settings, const ArchivedMysql& archive,
                                 core::Context& context) {
  Connection connection(settings, context.cancel);
  const ServerLocks locks(settings.environment);
  locks.end_leftovers(connection, context);
  locks.take(connection, 0);
  const auto gone = objects_that_go(connection, archive, context);
  // tables of other databases may refer to these: they are left as they are
  connection.execute("SET SESSION foreign_key_checks=0");
  if (settings.disable_binary_log) connection.execute("SET SESSION sql_log_bin=0");
  for (const auto& database : archive.databases()) {
    context.lease.check();
    connection.execute("DROP DATABASE IF EXISTS " + quote_name(database),
                       "cannot drop database " + database);
    context.progress.note("mysql: dropped database " + database);
  }
  context.lease.check();
  LoadJournal::drop(connection, context, settings.environment);
  return gone;
}

}  // namespace resources::mysql
