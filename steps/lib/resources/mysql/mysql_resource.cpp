#include "resources/mysql/mysql_resource.hpp"

#include <fmt/format.h>

#include "resources/mysql/aside.hpp"
#include "resources/mysql/capture_work.hpp"
#include "resources/mysql/check_move.hpp"
#include "resources/mysql/clean_up.hpp"
#include "resources/mysql/destroy.hpp"
#include "resources/mysql/move_work.hpp"
#include "resources/mysql/object_list.hpp"
#include "resources/mysql/preflight.hpp"
#include "resources/mysql/prove_work.hpp"
#include "resources/mysql/restore_work.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/staging_plan.hpp"

namespace resources::mysql {

namespace {

// Its data is staged and proved, or was moved in by this restore.
bool is_moving(const archive::ArchiveReader& archive, core::Context& context) {
  const auto beside = context.moves.beside("mysql");
  return beside.staged_proved && beside.staged_archive == archive.manifest().backup_id;
}

}  // namespace

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
  if (is_moving(archive, context)) return make_ready(m_settings, archive, context);
  return mysql::destroy(m_settings, ArchivedMysql(archive), context);
}

std::unique_ptr<Work> MysqlResource::restore(const archive::ArchiveReader& archive,
                                             core::Context& context) {
  if (is_moving(archive, context)) return std::make_unique<MoveWork>(m_settings, archive, context);
  return std::make_unique<RestoreWork>(m_settings, ArchivedMysql(archive), context);
}

std::unique_ptr<Work> MysqlResource::prove(const archive::ArchiveReader& archive,
                                           core::Context& context) {
  auto mark = is_moving(archive, context)
                  ? recorded_mark(context, kStagedMark)
                  : mark_of_moved_back(context, archive.manifest().backup_id);
  if (m_settings.full_prove) mark.reset();
  return std::make_unique<ProveWork>(m_settings, ArchivedMysql(archive), context, Proof::kLive,
                                     mark);
}

StagingPlan MysqlResource::plan_staging(const archive::ArchiveReader& archive,
                                        core::Context& context) {
  return mysql::plan_staging(m_settings, ArchivedMysql(archive), context);
}

std::unique_ptr<Work> MysqlResource::stage(const archive::ArchiveReader& archive,
                                           core::Context& context) {
  const ArchivedMysql archived(archive);
  Connection connection(m_settings, context.cancel);
  const auto in_place = find_in_place(connection, archived, context);
  record_plan(context, in_place);
  return std::make_unique<RestoreWork>(
      m_settings, ArchivedMysql(archive, in_place.staged(m_settings, archived.databases())),
      context, LoadJournal::kStaged);
}

std::unique_ptr<Work> MysqlResource::prove_staged(const archive::ArchiveReader& archive,
                                                  core::Context& context) {
  const auto view = recorded_plan(context)
                        .value_or(InPlaceTables())
                        .staged(m_settings, ArchivedMysql(archive).databases());
  return std::make_unique<ProveWork>(m_settings, ArchivedMysql(archive, view), context,
                                     Proof::kStaged);
}

void MysqlResource::unstage(core::Context& context) {
  drop_staged(m_settings, context);
}

void MysqlResource::check_move(const archive::ArchiveReader& target,
                               const archive::ArchiveReader* safety, core::Context& context) {
  std::optional<ArchivedMysql> saved;
  const auto* entry = safety == nullptr ? nullptr : safety->manifest().resource("mysql");
  if (entry != nullptr && !entry->absent) saved.emplace(*safety);
  mysql::check_move(m_settings, ArchivedMysql(target), saved ? &*saved : nullptr, context);
}

void MysqlResource::move_back(core::Context& context) {
  mysql::move_back(m_settings, context);
}

std::unique_ptr<Work> MysqlResource::restore_rest(const archive::ArchiveReader& archive,
                                                  core::Context& context) {
  const auto in_place = recorded_plan(context);
  if (!in_place || in_place->empty()) return nullptr;
  return std::make_unique<RestoreWork>(m_settings, ArchivedMysql(archive, in_place->in_place()),
                                       context, LoadJournal::kRest);
}

void MysqlResource::check_aside_unused(core::Context& context) {
  mysql::check_aside_unused(m_settings, context);
}

void MysqlResource::drop_aside(core::Context& context) {
  mysql::drop_aside(m_settings, context);
}

std::vector<std::string> MysqlResource::list_beside(core::Context& context) {
  return mysql::list_beside(m_settings, context);
}

void MysqlResource::clean_up(core::Context& context) {
  mysql::clean_up(m_settings, context);
}

}  // namespace resources::mysql
