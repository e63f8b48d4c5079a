#include "resources/mysql/mysql_resource.hpp"

#include <fmt/format.h>

#include "resources/mysql/capture_work.hpp"
#include "resources/mysql/clean_up.hpp"
#include "resources/mysql/destroy.hpp"
#include "resources/mysql/object_list.hpp"
#include "resources/mysql/preflight.hpp"
#include "resources/mysql/prove_work.hpp"
#include "resources/mysql/restore_work.hpp"
#include "resources/mysql/schema_reader.hpp"

namespace resources::mysql {

PreflightReport MysqlResource::preflight_backup(core::Context& context) {
  return mysql::preflight_backup(m_settings, context);
}

std::string MysqlResource::holds(core::Context& context) {
  Connection connection(m_settings, context.cancel);
  for (const auto& database : existing_databases(connection, m_settings.databases))
    // the first one is the database itself
    if (const auto objects = list_objects(connection, database); objects.size() > 1)
      return fmt::format("{} tables and other objects in database {}", objects.size() - 1,
                         database);
  return "";
}

PreflightReport MysqlResource::preflight_restore(const archive::ArchiveReader& archive,
                                                 core::Context& context) {
  return mysql::preflight_restore(m_settings, ArchivedMysql(archive), context);
}

std::unique_ptr<Work> MysqlResource::open(archive::ChunkSink& sink, core::Context& context) {
  return std::make_unique<CaptureWork>(m_settings, sink, context);
}

std::vector<std::string> MysqlResource::destroy(const archive::ArchiveReader& archive,
                                                core::Context& context) {
  return mysql::destroy(m_settings, ArchivedMysql(archive), context);
}

std::unique_ptr<Work> MysqlResource::restore(const archive::ArchiveReader& archive,
                                             core::Context& context) {
  return std::make_unique<RestoreWork>(m_settings, archive, context);
}

std::unique_ptr<Work> MysqlResource::prove(const archive::ArchiveReader& archive,
                                           core::Context& context) {
  return std::make_unique<ProveWork>(m_settings, archive, context);
}

void MysqlResource::clean_up(core::Context& context) {
  mysql::clean_up(m_settings, context);
}

}  // namespace resources::mysql
