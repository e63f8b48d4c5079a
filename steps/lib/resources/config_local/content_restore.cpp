#include "resources/config_local/content_restore.hpp"

#include <fmt/format.h>

#include "archive/pax_packer.hpp"
#include "core/error.hpp"
#include "core/path_text.hpp"
#include "resources/config_local/index_line.hpp"

namespace resources::config_local {

namespace {

[[noreturn]] void refuse(const archive::Member& member, const Entry& entry, const char* why) {
  throw core::Error(core::ExitCode::kIntegrity,
                    fmt::format("{} {} {}", member.name, why, core::encode_path(entry.path)),
                    "the archive is damaged or was made to do harm: use another one");
}

}  // namespace

ContentRestore::ContentRestore(const ArchivedTree& archived, const archive::ArchiveReader& archive,
                               core::Context& context)
    : m_archive(archive), m_context(context) {
  for (auto& [number, files] : archived.packed_files()) {
    const archive::Member* member = archived.packs.at(number);
    m_chunks[member->name] = {member, files, nullptr, 0};
  }
  for (const auto& entry : archived.tree.entries) {
    if (!entry.has_content() || entry.content.parts == 0) continue;
    std::uint64_t offset = 0;
    for (const auto* member : archived.parts.at(entry.content.number)) {
      m_chunks[member->name] = {member, {}, &entry, offset};
      offset += member->plain_size;
    }
  }
}

std::vector<Task> ContentRestore::plan() {
  std::vector<Task> items;
  for (const auto& [name, chunk] : m_chunks)
    if (!m_context.journal.is_done(kName, name)) items.push_back({name, chunk.member->plain_size});
  return items;
}

void ContentRestore::run(const Task& item, int root_fd, TreeWriter& writer) {
  const Chunk& chunk = m_chunks.at(item.id);
  const auto charge = m_context.memory.acquire(chunk.member->plain_size + chunk.member->stored_size,
                                               m_context.cancel);
  const std::string plain = m_archive.read(*chunk.member);
  if (chunk.large != nullptr) {
    core::FolderCursor cursor(root_fd);
    writer.write_part(cursor, *chunk.large, chunk.offset, plain);
  } else {
    write_pack(chunk, plain, root_fd, writer);
  }
  m_context.journal.done(kName, item.id);
  m_context.progress.advance(kName, plain.size());
}

// A pack may hold more than the index names: files that changed while they were read were packed
// again elsewhere.
void ContentRestore::write_pack(const Chunk& chunk, std::string_view tar, int root_fd,
                                TreeWriter& writer) {
  core::FolderCursor cursor(root_fd);
  auto next = chunk.packed.begin();
  archive::unpack_pax(tar, chunk.member->name, [&](std::string_view path, std::string_view bytes) {
    if (next == chunk.packed.end() || (*next)->path != path) return;
    m_context.cancel.check();
    if (bytes.size() != (*next)->size) refuse(*chunk.member, **next, "has another size for");
    writer.write_file(cursor, **next, bytes);
    ++next;
  });
  if (next != chunk.packed.end()) refuse(*chunk.member, **next, "does not hold");
}

}  // namespace resources::config_local
