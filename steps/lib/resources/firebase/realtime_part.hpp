#pragma once
// The Realtime Database as a part of the resource firebase.

#include "resources/resource.hpp"
#include "resources/settings.hpp"

namespace resources::firebase {

class RealtimePart final : public Resource {
 public:
  explicit RealtimePart(const Settings& settings) : m_settings(settings) {}

  std::string name() const override;
  PreflightReport preflight_backup(core::Context& context) override;
  PreflightReport preflight_restore(const archive::ArchiveReader& archive,
                                    core::Context& context) override;
  bool has_cut() const override { return false; }
  std::unique_ptr<Work> open(archive::ChunkSink& sink, core::Context& context) override;
  std::vector<std::string> destroy(const archive::ArchiveReader& archive,
                                   core::Context& context) override;
  std::unique_ptr<Work> restore(const archive::ArchiveReader& archive,
                                core::Context& context) override;
  std::unique_ptr<Work> prove(const archive::ArchiveReader& archive,
                              core::Context& context) override;

 private:
  Settings m_settings;
};

}  // namespace resources::firebase
