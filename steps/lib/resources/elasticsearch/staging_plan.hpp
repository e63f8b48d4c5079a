#pragma once
// What of an archive can be staged, and what a restore then needs.

#include "resources/elasticsearch/cluster.hpp"
#include "resources/elasticsearch/members.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

StagingPlan plan_staging(Cluster& cluster, const ArchivedUnits& archived);

}  // namespace resources::elasticsearch
