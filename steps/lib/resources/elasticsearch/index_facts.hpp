#pragma once
// What the servers show of one index: the only judge of where a restore stands. Every function is a
// read of its own; nothing is concluded from the answer to a change.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "resources/elasticsearch/cluster.hpp"

namespace resources::elasticsearch {

struct IndexFacts {
  std::string uuid;
  std::string source_uuid;   // what it was cloned from, as long as that can be told
  std::string origin_alias;  // the alias that tells it, where there is one
};
// Nothing where there is no index of exactly that name (an alias is none).
std::optional<IndexFacts> look_at(Cluster& cluster, const std::string& name);

// max_seq_no of each primary, as one text: equal only if every shard has seen the same number of
// changes. Throws Error(kServiceError) where a primary does not run.
std::string sequence_of(Cluster& cluster, const std::string& name);

// uuid and sequence_of() of every index whose primaries all run, by name: equal only if nothing was
// written to that very index.
std::map<std::string, std::string> histories(Cluster& cluster);

// Documents that a search finds, after a refresh. Throws Error(kServiceError) unless every shard
// answered.
std::uint64_t count_of(Cluster& cluster, const std::string& name);

// Whether every primary shard runs. (The health of an index that was just made is yellow although
// none does.)
bool is_started(Cluster& cluster, const std::string& name);

// Why a shard of it is not started, in the server's words; empty while it may still start.
std::string why_not_started(Cluster& cluster, const std::string& name);

std::uint64_t data_nodes(Cluster& cluster);

// A setting of the whole cluster as it acts now, whoever set it; empty when it is not set.
std::string cluster_setting(Cluster& cluster, const std::string& key);

}  // namespace resources::elasticsearch
