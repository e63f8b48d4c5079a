#pragma once
// Reads the live indices as a backup would and compares counts, checksums and definitions with the
// archive; changes nothing but a refresh.

#include <memory>

#include "resources/elasticsearch/checks.hpp"
#include "resources/elasticsearch/slice_sums.hpp"

namespace resources::elasticsearch {

class ProveWork final : public Work {
 public:
  ProveWork(std::shared_ptr<Cluster> cluster, const archive::ArchiveReader& archive,
            std::uint32_t slices, core::Context& context);

  std::vector<WorkItem> plan() override;
  void run(const WorkItem& item) override;
  json::Value finish() override;

 private:
  void compare_names(const Inventory& inventory);
  void compare_definitions(const archive::ArchiveReader& archive);
  void compare_counts();
  void compare_documents(const ArchivedUnit& unit);

  std::shared_ptr<Cluster> m_cluster;
  core::Context& m_context;
  ArchivedUnits m_archived;
  std::vector<Unit> m_live;  // of the archived ones
  std::unique_ptr<SliceSums> m_sums;
  std::vector<Difference> m_differences;
};

}  // namespace resources::elasticsearch
