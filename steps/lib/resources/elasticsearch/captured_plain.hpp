#pragma once
// What both methods put into the archive besides documents: templates, pipelines and the definition
// of every index and data stream.

#include "archive/chunk_sink.hpp"
#include "resources/elasticsearch/inventory.hpp"

namespace resources::elasticsearch {

void put_definitions(Cluster& cluster, const std::vector<Unit>& units, archive::ChunkSink& sink);

// The manifest's detail but for "method" and "indices".
json::Value describe(Cluster& cluster, const IndexSelection& selection,
                     const std::vector<std::string>& left_out);

}  // namespace resources::elasticsearch
