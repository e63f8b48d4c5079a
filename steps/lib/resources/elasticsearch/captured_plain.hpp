#pragma once
// What both methods put into the archive besides documents: templates, pipelines and the definition
// of every index and data stream.

#include "archive/chunk_sink.hpp"
#include "core/ports.hpp"
#include "resources/elasticsearch/inventory.hpp"

namespace resources::elasticsearch {

const char* distribution_of(Cluster& cluster);  // "elasticsearch", "opensearch"

void put_definitions(Cluster& cluster, const std::vector<Unit>& units, archive::ChunkSink& sink);

// Says in the log of the step which indices the selection does not take.
void note_left_out(core::Context& context, const std::vector<std::string>& left_out);

// The manifest's detail but for "method" and "indices".
json::Value describe(Cluster& cluster, const IndexSelection& selection,
                     const std::vector<std::string>& left_out);

}  // namespace resources::elasticsearch
