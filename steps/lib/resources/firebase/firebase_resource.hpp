#pragma once
// One Firebase project as a resource; its parts do the work.

#include <memory>

#include "resources/firebase/part.hpp"

namespace resources::firebase {

class FirebaseResource final : public Resource, public SaysWhatItHolds {
 public:
  explicit FirebaseResource(const Settings& settings);

  std::string name() const override;
  PreflightReport preflight_backup(core::Context& context) override;
  PreflightReport preflight_restore(const archive::ArchiveReader& archive,
                                    core::Context& context) override;
  // What the first part that is not empty holds.
  std::string holds(core::Context& context) override;
  // True when any part has one; the items of the others are live: see CaptureWork.
  bool has_cut() const override;
  std::unique_ptr<Work> open(archive::ChunkSink& sink, core::Context& context) override;
  StagingPlan plan_staging(const archive::ArchiveReader& archive, core::Context& context) override;
  std::vector<std::string> destroy(const archive::ArchiveReader& archive,
                                   core::Context& context) override;
  std::unique_ptr<Work> restore(const archive::ArchiveReader& archive,
                                core::Context& context) override;
  std::unique_ptr<Work> prove(const archive::ArchiveReader& archive,
                              core::Context& context) override;
  void clean_up(core::Context& context) override;

 private:
  std::vector<Resource*> parts_in(const archive::ArchiveReader& archive) const;

  Settings m_settings;
  Parts m_parts;
};

}  // namespace resources::firebase
