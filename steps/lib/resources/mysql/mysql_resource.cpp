#include "resources/mysql/mysql_resource.hpp"

#include "resources/mysql/capture_work.hpp"
#include "resources/mysql/clean_up.hpp"
#include "resources/mysql/destroy.hpp"
#include "resources/mysql/preflight.hpp"
#include "resources/mysql/prove_work.hpp"
#include "resources/mysql/restore_work.hpp"

namespace resources::mysql {

PreflightReport MysqlResource::preflight_backup(core::Context& context) {
  return mysql::preflight_backup(m_settings, context);
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
