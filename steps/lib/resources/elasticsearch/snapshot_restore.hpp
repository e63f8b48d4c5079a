#pragma once
// Method snapshot, the way back: the files of the archive become a repository again, from which the
// server restores by itself.

#include <memory>

#include "resources/elasticsearch/members.hpp"
#include "resources/elasticsearch/snapshot_repository.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

class SnapshotRestore final : public Work {
 public:
  SnapshotRestore(std::shared_ptr<Cluster> cluster, const archive::ArchiveReader& archive,
                  RepositoryPlace place, core::Context& context);

  std::vector<WorkItem> plan() override;
  void run(const WorkItem& item) override;
  // Removes what an interrupted run has restored in part, then restores all of it.
  json::Value finish() override;

 private:
  void put_templates_back();

  std::shared_ptr<Cluster> m_cluster;
  const archive::ArchiveReader& m_archive;
  core::Context& m_context;
  ArchivedUnits m_archived;
  SnapshotRepository m_repository;
};

}  // namespace resources::elasticsearch
