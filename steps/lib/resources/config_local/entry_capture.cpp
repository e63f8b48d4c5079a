#include "resources/config_local/entry_capture.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "archive/pax_packer.hpp"
#include "core/error.hpp"
#include "core/folder_cursor.hpp"
#include "core/path_text.hpp"
#include "core/sha256.hpp"
#include "resources/config_local/attributes.hpp"
#include "resources/config_local/file_content.hpp"
#include "resources/config_local/index.hpp"

namespace resources::config_local {

namespace {

constexpr std::size_t kPartBytes = std::size_t{8} << 20;
constexpr std::size_t kHeaderBytes = 2048;  // of a pax member, with room for long names

bool is_unchanged(int fd, const Entry& entry) {
  struct stat now {};
  return ::fstat(fd, &now) == 0 && same_state(entry, now);
}

std::string name_of(const Names& names, std::uint32_t id) {
  const auto found = names.find(id);
  return found == names.end() ? "" : found->second;
}

archive::PaxType pax_type(const Entry& entry) {
  if (entry.is_hard_link()) return archive::PaxType::kHardLink;
  switch (entry.type) {
    case EntryType::kFolder:
      return archive::PaxType::kFolder;
    case EntryType::kSymbolicLink:
      return archive::PaxType::kSymbolicLink;
    case EntryType::kFifo:
      return archive::PaxType::kFifo;
    case EntryType::kFile:
      break;
  }
  return archive::PaxType::kFile;
}

archive::PaxEntry header_of(const Entry& entry, const Tree& tree) {
  archive::PaxEntry header;
  header.path = entry.path;
  header.type = pax_type(entry);
  header.target = entry.is_hard_link() ? entry.extra().same_file_as : entry.extra().target;
  header.mode = entry.mode;
  header.uid = entry.uid;
  header.gid = entry.gid;
  header.user = name_of(tree.users, entry.uid);
  header.group = name_of(tree.groups, entry.gid);
  header.mtime_seconds = entry.mtime_seconds;
  header.mtime_nanoseconds = entry.mtime_nanoseconds;
  header.attributes = entry.extra().attributes;
  return header;
}

void set_attributes(Entry& entry, Attributes attributes) {
  if (!attributes.empty()) entry.extra().attributes = std::move(attributes);
}

void take_data(int fd, Entry& entry) {
  bool sparse = false;
  auto data = data_of(fd, entry.size, &sparse);
  if (!sparse) return;
  entry.extra().sparse = true;
  entry.extra().data = std::move(data);
}

class PackCapture {
 public:
  PackCapture(int root_fd, const CaptureGroup& group, Tree& tree, core::Context& context)
      : m_cursor(root_fd),
        m_group(group),
        m_tree(tree),
        m_context(context),
        m_packer(group.content_bytes + group.entries.size() * kHeaderBytes) {}

  // Valid as long as this object.
  std::string_view pack() {
    for (const std::uint32_t place : m_group.entries) {
      m_context.cancel.check();
      Entry& entry = m_tree.entries[place];
      m_content = {};
      entry.captured = take(entry);
      if (entry.captured) m_packer.add(header_of(entry, m_tree), m_content);
    }
    return m_packer.finish();
  }

 private:
  bool take(Entry& entry) {
    // Of a symbolic link the scan has all; a hard link shares everything with its file.
    if (entry.is_hard_link() || entry.type == EntryType::kSymbolicLink) return true;
    if (entry.type == EntryType::kFolder) return take_folder(entry);
    const auto [folder, name] = core::split_path(entry.path);
    const int folder_fd = m_cursor.try_open(folder);
    if (folder_fd < 0) return false;
    if (entry.type == EntryType::kFile) return take_file(folder_fd, std::string(name), entry);
    set_attributes(entry, read_attributes_at(folder_fd, std::string(name), entry.path));
    return true;
  }

  bool take_folder(Entry& entry) {
    const int fd = m_cursor.try_open(entry.path);
    if (fd < 0 || !is_unchanged(fd, entry)) return false;
    set_attributes(entry, read_attributes(fd, entry.path));
    return true;
  }

  bool take_file(int folder_fd, const std::string& name, Entry& entry) {
    const core::UniqueFd fd = open_file(folder_fd, name, entry.path);
    if (!fd || !is_unchanged(fd.get(), entry)) return false;
    char* const room = m_packer.room(entry.size);
    m_content = {room, entry.size};
    std::size_t done = 0;
    while (done < entry.size) {
      const std::size_t got = core::read_some(fd.get(), room + done, entry.size - done, entry.path);
      if (got == 0) return false;
      done += got;
    }
    set_attributes(entry, read_attributes(fd.get(), entry.path));
    if (may_have_holes(fd.get(), entry)) take_data(fd.get(), entry);
    entry.sha256 = digest_of(entry);
    entry.content = {m_group.number, 0};
    return is_unchanged(fd.get(), entry);
  }

  static bool may_have_holes(int fd, const Entry& entry) {
    struct stat now {};
    return ::fstat(fd, &now) == 0 && static_cast<std::uint64_t>(now.st_blocks) * 512 < entry.size;
  }

  Digest digest_of(const Entry& entry) const {
    if (!entry.extra().sparse) return digest_from_hex(core::sha256_hex(m_content));
    core::Sha256 hash;
    for (const auto& [offset, length] : entry.extra().data)
      hash.update(m_content.substr(offset, length));
    return digest_from_hex(hash.hex());
  }

  core::FolderCursor m_cursor;
  const CaptureGroup& m_group;
  Tree& m_tree;
  core::Context& m_context;
  archive::PaxPacker m_packer;
  std::string_view m_content;  // of the entry at hand, inside the packer's room
};

void capture_pack(int root_fd, const CaptureGroup& group, Tree& tree, archive::ChunkSink& sink,
                  core::Context& context) {
  const std::size_t plain = group.content_bytes + group.entries.size() * kHeaderBytes;
  const auto charge = context.memory.acquire(2 * plain + kLargeFileBytes, context.cancel);
  PackCapture capture(root_fd, group, tree, context);
  archive::ChunkName name;
  name.path = fmt::format("config-local/packs/{:06}.tar.zst", group.number);
  name.resource = kName;
  name.rows = group.entries.size();
  name.meta.set("kind", "pack");
  name.meta.set("pack", group.number);
  sink.put(std::move(name), archive::encode_zstd(capture.pack()));
}

class LargeCapture {
 public:
  LargeCapture(std::uint32_t number, Entry& entry, archive::ChunkSink& sink, core::Context& context)
      : m_number(number), m_entry(entry), m_sink(sink), m_context(context) {}

  bool capture(int root_fd) {
    core::FolderCursor cursor(root_fd);
    const auto [folder, name] = core::split_path(m_entry.path);
    const int folder_fd = cursor.try_open(folder);
    if (folder_fd < 0) return false;
    const core::UniqueFd fd = open_file(folder_fd, std::string(name), m_entry.path);
    if (!fd || !is_unchanged(fd.get(), m_entry)) return false;
    ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    set_attributes(m_entry, read_attributes(fd.get(), m_entry.path));
    if (!copy(fd.get())) return false;
    m_entry.content = {m_number, m_parts};
    m_entry.sha256 = digest_from_hex(m_hash.hex());
    return is_unchanged(fd.get(), m_entry);
  }

 private:
  bool copy(int fd) {
    take_data(fd, m_entry);
    const auto data =
        m_entry.extra().sparse ? m_entry.extra().data : std::vector<Extent>{{0, m_entry.size}};
    m_part.reserve(kPartBytes);
    std::string buffer;
    constexpr std::size_t kPiece = std::size_t{256} << 10;
    if (!read_data(fd, data, buffer, kPiece, m_entry.path,
                   [&](std::string_view piece) { append(piece); }))
      return false;
    // A file of nothing but holes has one part as well: an empty one.
    if (m_parts == 0 || !m_part.empty()) put();
    return true;
  }

  void append(std::string_view piece) {
    const std::size_t fits = std::min(piece.size(), kPartBytes - m_part.size());
    m_part.append(piece.substr(0, fits));
    if (m_part.size() == kPartBytes) put();
    m_part.append(piece.substr(fits));
  }

  void put() {
    m_context.cancel.check();
    m_hash.update(m_part);
    const std::string name(core::split_path(m_entry.path).second);
    archive::ChunkName chunk;
    chunk.path = fmt::format("config-local/files/{:06}/{}.zst.{:04}", m_number,
                             archive::encode_name(name), m_parts);
    chunk.resource = kName;
    chunk.meta.set("kind", "part");
    chunk.meta.set("content", m_number);
    chunk.meta.set("part", m_parts);
    m_sink.put(std::move(chunk), archive::encode_zstd(m_part));
    m_context.progress.advance(kName, m_part.size());
    m_part.clear();
    ++m_parts;
  }

  std::uint32_t m_number;
  Entry& m_entry;
  archive::ChunkSink& m_sink;
  core::Context& m_context;
  core::Sha256 m_hash;
  std::string m_part;
  std::uint32_t m_parts = 0;
};

}  // namespace

void capture_group(int root_fd, const CaptureGroup& group, Tree& tree, archive::ChunkSink& sink,
                   core::Context& context) {
  if (!group.large) {
    capture_pack(root_fd, group, tree, sink, context);
    context.progress.advance(kName, group.content_bytes);
    return;
  }
  const auto charge = context.memory.acquire(2 * kPartBytes + kLargeFileBytes, context.cancel);
  Entry& entry = tree.entries[group.entries.front()];
  entry.captured = LargeCapture(group.number, entry, sink, context).capture(root_fd);
}

}  // namespace resources::config_local
