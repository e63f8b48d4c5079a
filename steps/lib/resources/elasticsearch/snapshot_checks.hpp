#pragma once
// What stands in the way of the method snapshot, found without changing anything.

#include <optional>
#include <vector>

#include "resources/elasticsearch/snapshot_repository.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

// Folder and path.repo, and room for `bytes`. `place` is nothing when environment.json has none.
std::vector<Finding> check_repository(Cluster& cluster, const std::optional<RepositoryPlace>& place,
                                      std::uint64_t bytes);

}  // namespace resources::elasticsearch
