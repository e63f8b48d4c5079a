#pragma once
// Method snapshot: the server writes its own snapshot while the cut is opened, the files of its
// repository go into the archive afterwards.

#include <memory>

#include "resources/elasticsearch/capture_work.hpp"
#include "resources/elasticsearch/slice_sums.hpp"
#include "resources/elasticsearch/snapshot_repository.hpp"

namespace resources::elasticsearch {

class SnapshotCapture final : public Work {
 public:
  // `checksum`: also read every document, so that prove compares more than counts.
  SnapshotCapture(std::shared_ptr<Cluster> cluster, const CaptureOptions& options,
                  RepositoryPlace place, bool checksum, archive::ChunkSink& sink,
                  core::Context& context);

  std::vector<WorkItem> plan() override;
  void run(const WorkItem& item) override;
  json::Value finish() override;

 private:
  void put_file(const std::string& path);
  void count_documents();

  std::shared_ptr<Cluster> m_cluster;
  archive::ChunkSink& m_sink;
  core::Context& m_context;
  IndexSelection m_selection;
  Selected m_selected;
  std::string m_name;
  std::map<std::string, std::uint64_t> m_counts;
  std::unique_ptr<SliceSums> m_sums;
  std::unique_ptr<SnapshotRepository> m_repository;
};

}  // namespace resources::elasticsearch
