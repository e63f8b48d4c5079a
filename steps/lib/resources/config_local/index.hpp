#pragma once
// The index of a captured tree: written in bounded members, read back and checked as a whole.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "archive/chunk_sink.hpp"
#include "core/ports.hpp"
#include "resources/config_local/exclusion.hpp"
#include "resources/config_local/tree.hpp"

namespace resources::config_local {

inline constexpr const char* kName = "config_local";

struct WrittenIndex {
  std::string sha256;  // of all plain bytes
  std::uint64_t size_bytes = 0;
};

// config-local/index.ndjson.zst; a large one goes on in index.ndjson.zst.0001 and so on.
WrittenIndex write_index(const Tree& tree, archive::ChunkSink& sink, core::Context& context);

// What an archive holds of the tree.
struct ArchivedTree {
  Tree tree;
  Exclusion excluded;  // at the capture or now: live entries that stay as they are
  std::map<std::uint32_t, const archive::Member*> packs;               // by number
  std::map<std::uint32_t, std::vector<const archive::Member*>> parts;  // of large files, in order

  // Files whose bytes lie in packs, by pack, in the order of the index.
  std::map<std::uint32_t, std::vector<const Entry*>> packed_files() const;
};

// Throws Error(kIntegrity) when the hash disagrees or an entry refers to what is not there:
// a folder, a hard link's file, a pack or a part. Entries that `excluded_now` covers are left out;
// Error(kConfiguration) when it covers the file of a hard link that stays.
ArchivedTree read_index(const archive::ArchiveReader& archive, const Exclusion& excluded_now,
                        core::Context& context);

}  // namespace resources::config_local
