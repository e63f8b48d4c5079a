#pragma once
// The databases of one MySQL or MariaDB server.

#include <memory>
#include <string>
#include <vector>

#include "resources/mysql/mysql_settings.hpp"
#include "resources/resource.hpp"
#include "resources/says_what_it_holds.hpp"

namespace resources::mysql {

class MysqlResource final : public Resource, public SaysWhatItHolds {
 public:
  explicit MysqlResource(const Settings& settings) : m_settings(read_settings(settings)) {}

  std::string name() const override { return "mysql"; }
  PreflightReport preflight_backup(core::Context& context) override;
  std::string holds(core::Context& context) override;
  PreflightReport preflight_restore(const archive::ArchiveReader& archive,
                                    core::Context& context) override;
  bool has_cut() const override { return true; }
  std::unique_ptr<Work> open(archive::ChunkSink& sink, core::Context& context) override;
  std::vector<std::string> destroy(const archive::ArchiveReader& archive,
                                   core::Context& context) override;
  std::unique_ptr<Work> restore(const archive::ArchiveReader& archive,
                                core::Context& context) override;
  std::unique_ptr<Work> prove(const archive::ArchiveReader& archive,
                              core::Context& context) override;
  StagingPlan plan_staging(const archive::ArchiveReader& archive, core::Context& context) override;
  std::unique_ptr<Work> stage(const archive::ArchiveReader& archive,
                              core::Context& context) override;
  std::unique_ptr<Work> prove_staged(const archive::ArchiveReader& archive,
                                     core::Context& context) override;
  void unstage(core::Context& context) override;
  void check_move(const archive::ArchiveReader& target, const archive::ArchiveReader* safety,
                  core::Context& context) override;
  void move_back(core::Context& context) override;
  std::unique_ptr<Work> restore_rest(const archive::ArchiveReader& archive,
                                     core::Context& context) override;
  void check_aside_unused(core::Context& context) override;
  void drop_aside(core::Context& context) override;
  std::vector<std::string> list_beside(core::Context& context) override;
  // Wakes the events that the restore left asleep, then drops the scratch schema.
  void clean_up(core::Context& context) override;

 private:
  MysqlSettings m_settings;
};

}  // namespace resources::mysql
