#pragma once
// What of an archive can be staged, and what a restore then needs.

#include "resources/elasticsearch/cluster.hpp"
#include "resources/elasticsearch/members.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

// Throws Error(kPrecondition) where the cluster's limit of shards leaves no room beside the live
// ones.
StagingPlan plan_staging(Cluster& cluster, const ArchivedUnits& archived,
                         const archive::ArchiveReader& archive);

}  // namespace resources::elasticsearch
