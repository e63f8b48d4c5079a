#pragma once
// Copies one group of entries into chunks. An entry that is not in the scanned state any more, or
// changes while it is read, is left uncaptured; the next scan finds it.

#include "archive/chunk_sink.hpp"
#include "core/ports.hpp"
#include "resources/config_local/capture_group.hpp"
#include "resources/config_local/tree.hpp"

namespace resources::config_local {

// Fills in content, sha256, attributes and `captured` of the group's entries. Groups of one tree
// may run side by side.
void capture_group(int root_fd, const CaptureGroup& group, Tree& tree, archive::ChunkSink& sink,
                   core::Context& context);

}  // namespace resources::config_local
