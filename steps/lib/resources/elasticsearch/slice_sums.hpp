#pragma once
// The checksums of live indices: opens a cut, reads every slice once and keeps nothing but sums.

#include <map>
#include <memory>

#include "resources/elasticsearch/document_sum.hpp"
#include "resources/elasticsearch/points.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

class SliceSums {
 public:
  SliceSums(Cluster& cluster, const std::vector<Unit>& units, std::uint32_t slices,
            core::Context& context)
      : m_cluster(cluster), m_context(context), m_points(cluster, units, slices) {}

  std::vector<Task> items() const;
  void run(const std::string& item);  // any thread
  const DocumentSum& of(const std::string& unit) { return m_sums[unit]; }

 private:
  Cluster& m_cluster;
  core::Context& m_context;
  Points m_points;
  std::mutex m_mutex;
  std::map<std::string, DocumentSum> m_sums;
};

}  // namespace resources::elasticsearch
