#pragma once
// deployment/untracked.json: the list of untracked files inside an archive.

#include <vector>

#include "archive/chunk_sink.hpp"
#include "resources/deployment/untracked_files.hpp"

namespace resources::deployment {

void put_list(const std::vector<UntrackedFile>& files, archive::ChunkSink& sink);
std::vector<UntrackedFile> parse_list(std::string_view text);

}  // namespace resources::deployment
