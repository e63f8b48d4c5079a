#pragma once
// Copies the tree into chunks. Small files go by folder into packs (a pax tar, one zstd frame),
// larger ones alone in parts of 8 MiB, each a zstd frame: concatenated they decompress to the file
// (of a sparse file, to its data). The tree has no cut of its own: finish() scans it again and
// copies anew what changed meanwhile, up to three times; what still changes then is
// Error(kPrecondition), by name. Only after a scan without a difference is the index written.

#include <memory>
#include <string>

#include "archive/chunk_sink.hpp"
#include "core/ports.hpp"
#include "resources/config_local/exclusion.hpp"
#include "resources/resource.hpp"

namespace resources::config_local {

std::unique_ptr<Work> make_capture_work(const std::string& path, const Exclusion& exclusion,
                                        archive::ChunkSink& sink, core::Context& context);

}  // namespace resources::config_local
