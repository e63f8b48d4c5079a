#pragma once
// The items of a restore: one per pack and one per part of a large file.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/config_local/index.hpp"
#include "resources/config_local/tree_writer.hpp"
#include "resources/resource.hpp"

namespace resources::config_local {

class ContentRestore {
 public:
  ContentRestore(const ArchivedTree& archived, const archive::ArchiveReader& archive,
                 core::Context& context);

  // Those that are not in the journal yet. Packs and parts that no entry needs are left out.
  std::vector<Task> plan();
  // Writes what the item holds and journals it.
  void run(const Task& item, int root_fd, TreeWriter& writer);

 private:
  struct Chunk {
    const archive::Member* member = nullptr;
    std::vector<const Entry*> packed;  // of a pack, in the order of the index
    const Entry* large = nullptr;      // of a part
    std::uint64_t offset = 0;          // of a part, in the file's data
  };
  void write_pack(const Chunk& chunk, std::string_view tar, int root_fd, TreeWriter& writer);

  const archive::ArchiveReader& m_archive;
  core::Context& m_context;
  std::map<std::string, Chunk> m_chunks;  // by the member's name
};

}  // namespace resources::config_local
