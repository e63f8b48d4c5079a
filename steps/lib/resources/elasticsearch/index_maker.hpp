#pragma once
// Makes the empty indices and data streams that the documents of an archive go into. Each can be
// repeated.

#include <string>
#include <string_view>
#include <vector>

#include "resources/elasticsearch/index_definition.hpp"
#include "resources/elasticsearch/load_scope.hpp"
#include "resources/elasticsearch/members.hpp"

namespace resources::elasticsearch {

class IndexMaker {
 public:
  IndexMaker(Cluster& cluster, core::Context& context, const LoadScope& scope)
      : m_cluster(cluster), m_context(context), m_scope(scope) {}

  // Exactly as archived, whatever templates match. Throws Error(kStorage) or Error(kServiceError)
  // with the server's reason for an index whose shards it does not start.
  void make(const std::vector<IndexDefinition>& definitions);
  void make_stream(const std::string& name);

 private:
  bool once(const std::string& item) const;
  void make_index(const IndexDefinition& definition);
  void require_started(const std::string& index, const std::string& created);

  Cluster& m_cluster;
  core::Context& m_context;
  const LoadScope& m_scope;
};

// Body of PUT /<name>/_settings for a stream that make_stream() made, in this run or an earlier
// one.
std::string stream_settings_after_load(core::RestoreJournal& journal, const std::string& name);

// One of this project's own. Nothing where it is not there.
void remove_index_template(Cluster& cluster, const std::string& name);

}  // namespace resources::elasticsearch
