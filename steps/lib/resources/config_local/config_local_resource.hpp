#pragma once
// The folder with all configuration of an environment. Read while maintenance is on (it has no
// cut); restored beside and swapped in, so that destroy() has nothing to remove: the live tree
// stays whole until the restored one takes its place, and beside it until clean_up().

#include "resources/config_local/configuration.hpp"
#include "resources/resource.hpp"
#include "resources/says_what_it_holds.hpp"
#include "resources/settings.hpp"

namespace resources::config_local {

class ConfigLocalResource final : public Resource, public SaysWhatItHolds {
 public:
  explicit ConfigLocalResource(const Settings& settings);

  std::string name() const override;
  PreflightReport preflight_backup(core::Context& context) override;
  std::string holds(core::Context& context) override;
  PreflightReport preflight_restore(const archive::ArchiveReader& archive,
                                    core::Context& context) override;
  bool has_cut() const override { return false; }
  std::unique_ptr<Work> open(archive::ChunkSink& sink, core::Context& context) override;
  // Changes nothing; names what the swap will take away.
  std::vector<std::string> destroy(const archive::ArchiveReader& archive,
                                   core::Context& context) override;
  std::unique_ptr<Work> restore(const archive::ArchiveReader& archive,
                                core::Context& context) override;
  std::unique_ptr<Work> prove(const archive::ArchiveReader& archive,
                              core::Context& context) override;
  void clean_up(core::Context& context) override;

 private:
  Settings m_settings;
  Configuration m_configuration;
};

}  // namespace resources::config_local
