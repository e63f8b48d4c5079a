#pragma once
// Reads the live indices as a backup would and compares counts, checksums and definitions with the
// archive; changes nothing but a refresh.

#include <memory>

#include "resources/elasticsearch/checks.hpp"
#include "resources/elasticsearch/known_index.hpp"
#include "resources/elasticsearch/slice_sums.hpp"

namespace resources::elasticsearch {

struct ProofScope {
  // Set: the indices beside the live ones, and nothing but them, are compared.
  std::function<std::string(const std::string& index)> beside;
  // What is known of a live index, by name: its documents are not read where that holds still.
  std::map<std::string, KnownIndex> known;
};

class ProveWork final : public Work {
 public:
  ProveWork(std::shared_ptr<Cluster> cluster, const archive::ArchiveReader& archive,
            std::uint32_t slices, core::Context& context, ProofScope scope = {});

  std::vector<Task> plan() override;
  void run(const Task& item) override;
  json::Value finish() override;

 private:
  struct Compared {
    const ArchivedUnit* archived;
    Unit live;  // or staged
    bool unchanged = false;
  };

  void compare_names(const Inventory& inventory);
  void compare_one_name(const ArchivedUnit& unit, const Inventory& inventory);
  void look_for_new(const Inventory& inventory);
  void find_unchanged(Compared& one);
  void compare_definitions(const archive::ArchiveReader& archive);
  void compare_counts();
  void compare_documents(const Compared& one);

  std::shared_ptr<Cluster> m_cluster;
  core::Context& m_context;
  ArchivedUnits m_archived;
  ProofScope m_scope;
  std::vector<Compared> m_compared;
  std::unique_ptr<SliceSums> m_sums;
  std::vector<Difference> m_differences;
};

}  // namespace resources::elasticsearch
