#pragma once
// What a copy does not keep, put on indices that were moved: replicas, lifecycle, aliases, blocks.

#include <vector>

#include "core/ports.hpp"
#include "resources/elasticsearch/cluster.hpp"
#include "resources/elasticsearch/index_definition.hpp"

namespace resources::elasticsearch {

// Under the names of `definitions`. Aliases are put in one call, so that none stands on half of its
// indices; blocks come last. Can be repeated.
void finish_moved(Cluster& cluster, const std::vector<IndexDefinition>& definitions,
                  core::Context& context);

}  // namespace resources::elasticsearch
