#pragma once
// The working copy of the deployment project: its hash, branch and remote, uncommitted changes and
// untracked files. Read while maintenance is on (it has no cut). destroy() has nothing to remove:
// the checkout of a restore replaces what differs, and commits stay reachable by a ref.

#include "resources/deployment/configuration.hpp"
#include "resources/resource.hpp"
#include "resources/says_what_it_holds.hpp"
#include "resources/settings.hpp"

namespace resources::deployment {

class DeploymentResource final : public Resource, public SaysWhatItHolds {
 public:
  explicit DeploymentResource(const Settings& settings);

  std::string name() const override;
  PreflightReport preflight_backup(core::Context& context) override;
  std::string holds(core::Context& context) override;
  PreflightReport preflight_restore(const archive::ArchiveReader& archive,
                                    core::Context& context) override;
  bool has_cut() const override { return false; }
  std::unique_ptr<Work> open(archive::ChunkSink& sink, core::Context& context) override;
  // Changes nothing; names the uncommitted changes and the commit that the checkout takes away.
  std::vector<std::string> destroy(const archive::ArchiveReader& archive,
                                   core::Context& context) override;
  std::unique_ptr<Work> restore(const archive::ArchiveReader& archive,
                                core::Context& context) override;
  std::unique_ptr<Work> prove(const archive::ArchiveReader& archive,
                              core::Context& context) override;

 private:
  Configuration m_configuration;
};

}  // namespace resources::deployment
