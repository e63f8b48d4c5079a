#pragma once
// Between the removal of a live index and the copy that takes its name a writer would make it
// anew, with a guessed mapping. Elasticsearch: a template of exactly these names forbids it;
// OpenSearch: action.auto_create_index does. What that was before is recorded first.

#include <set>
#include <string>

#include "core/ports.hpp"
#include "json/value.hpp"
#include "resources/elasticsearch/cluster.hpp"
#include "resources/elasticsearch/scratch_names.hpp"

namespace resources::elasticsearch {

class WriterGuard {
 public:
  WriterGuard(Cluster& cluster, const ScratchNames& scratch, core::Context& context)
      : m_cluster(cluster), m_scratch(scratch), m_context(context) {}

  // `names`: indices and aliases. Can be repeated.
  void close(const std::set<std::string>& names);
  // As it was before, also after a kill, and where the record of it is lost.
  void open();

 private:
  std::string last_of_ours() const;
  std::string with_ours(const std::set<std::string>& names, const std::string& acts) const;
  json::Value without_ours(const json::Value& value) const;
  json::Value set_before();
  void put_setting_back();

  Cluster& m_cluster;
  const ScratchNames& m_scratch;
  core::Context& m_context;
};

}  // namespace resources::elasticsearch
