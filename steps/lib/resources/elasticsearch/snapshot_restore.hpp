#pragma once
// Method snapshot, the way back: the files of the archive become a repository again, from which the
// server restores by itself. A run that was interrupted begins again: the server alone knows what
// it had finished, and it restores as fast as it copies files.

#include <map>
#include <memory>

#include "resources/elasticsearch/members.hpp"
#include "resources/elasticsearch/snapshot_repository.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

class SnapshotRestore final : public Work {
 public:
  // Ends what an interrupted run left going. `repository`: its name.
  SnapshotRestore(std::shared_ptr<Cluster> cluster, const archive::ArchiveReader& archive,
                  RepositoryPlace place, std::string repository, core::Context& context);

  std::vector<Task> plan() override;
  void run(const Task& item) override;
  // Removes what stands in the way, then restores all of it.
  json::Value finish() override;

 private:
  void put_templates_back();
  void remove_units();

  std::shared_ptr<Cluster> m_cluster;
  const archive::ArchiveReader& m_archive;
  core::Context& m_context;
  ArchivedUnits m_archived;
  std::map<std::string, const archive::Member*> m_pieces;  // by the member's name
  SnapshotRepository m_repository;
};

}  // namespace resources::elasticsearch
