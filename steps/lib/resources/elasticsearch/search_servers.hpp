#pragma once
// What everything that stages and moves indices works with.

#include <memory>

#include "resources/elasticsearch/cluster.hpp"
#include "resources/elasticsearch/scratch_names.hpp"

namespace resources::elasticsearch {

struct SearchServers {
  std::shared_ptr<Cluster> cluster;
  std::shared_ptr<Cluster> once;  // the same servers; no request is sent twice
  ScratchNames names;
};

}  // namespace resources::elasticsearch
