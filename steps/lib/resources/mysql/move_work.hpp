#pragma once
// Moves staged databases in: parts in place are loaded first, then one RENAME, then what no RENAME
// moves is made anew.

#include <memory>

#include "resources/mysql/restore_work.hpp"
#include "resources/mysql/staging_plan.hpp"

namespace resources::mysql {

// Records the live definitions, then removes triggers, events and the tables in place. Returns the
// names of what the archive does not bring back.
std::vector<std::string> make_ready(const MysqlSettings& settings,
                                    const archive::ArchiveReader& archive, core::Context& context);

class MoveWork final : public Work {
 public:
  MoveWork(const MysqlSettings& settings, const archive::ArchiveReader& archive,
           core::Context& context);

  std::vector<Task> plan() override;
  json::Value finish() override;

 private:
  void move();
  void add_outside_keys(Connection& connection, LoadJournal& journal);

  const MysqlSettings& m_settings;
  core::Context& m_context;
  ArchivedMysql m_archive;
  InPlaceTables m_in_place;
  std::unique_ptr<RestoreWork> m_loading;  // of parts in place; null: there are none
};

}  // namespace resources::mysql
