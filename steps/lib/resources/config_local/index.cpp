#include "resources/config_local/index.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/path_text.hpp"
#include "core/sha256.hpp"
#include "resources/config_local/index_line.hpp"

namespace resources::config_local {

namespace {

using core::Error;
using core::ExitCode;

constexpr std::size_t kMemberBytes = std::size_t{8} << 20;

class IndexWriter {
 public:
  IndexWriter(archive::ChunkSink& sink, core::Context& context)
      : m_sink(sink), m_context(context) {}

  void add(const Entry& entry, const Tree& tree) {
    append_line(m_lines, entry, tree);
    ++m_count;
    if (m_lines.size() >= kMemberBytes) flush();
  }

  WrittenIndex finish() {
    if (!m_lines.empty()) flush();
    return {m_hash.hex(), m_size};
  }

 private:
  void flush() {
    const auto charge = m_context.memory.acquire(m_lines.size() * 2, m_context.cancel);
    m_hash.update(m_lines);
    m_size += m_lines.size();
    archive::ChunkName name;
    name.path =
        "config-local/index.ndjson.zst" + (m_part == 0 ? "" : fmt::format(".{:04}", m_part));
    name.resource = kName;
    name.rows = m_count;
    name.meta.set("kind", "index");
    name.meta.set("part", m_part);
    m_sink.put(std::move(name), archive::encode_zstd(m_lines));
    m_lines.clear();
    m_count = 0;
    ++m_part;
  }

  archive::ChunkSink& m_sink;
  core::Context& m_context;
  core::Sha256 m_hash;
  std::string m_lines;
  std::uint64_t m_size = 0;
  std::uint64_t m_count = 0;
  unsigned m_part = 0;
};

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ExitCode::kIntegrity, "config-local index: " + message,
              "the archive is damaged or was made to do harm: use another one");
}

using MembersByPart = std::map<std::uint64_t, const archive::Member*>;

std::vector<const archive::Member*> without_gaps(const MembersByPart& members, const char* what) {
  std::vector<const archive::Member*> list;
  for (const auto& [part, member] : members) {
    if (part != list.size()) refuse(fmt::format("part {} of {} is missing", list.size(), what));
    list.push_back(member);
  }
  return list;
}

struct Members {
  MembersByPart index;
  std::map<std::uint32_t, const archive::Member*> packs;
  std::map<std::uint32_t, MembersByPart> parts;
};

std::uint32_t number_of(const json::Value& meta, const char* key) {
  const std::uint64_t number = meta.at(key).as_uint();
  if (number > 0xffffffffU) refuse(fmt::format("{} {} is too large", key, number));
  return static_cast<std::uint32_t>(number);
}

Members sort_members(const archive::Manifest& manifest) {
  Members members;
  for (const auto* member : manifest.members_of(kName)) {
    const std::string kind = member->meta.get_string("kind");
    bool is_new = true;
    if (kind == "index")
      is_new = members.index.emplace(number_of(member->meta, "part"), member).second;
    else if (kind == "pack")
      is_new = members.packs.emplace(number_of(member->meta, "pack"), member).second;
    else if (kind == "part")
      is_new = members.parts[number_of(member->meta, "content")]
                   .emplace(number_of(member->meta, "part"), member)
                   .second;
    if (!is_new) refuse(fmt::format("{} stands twice in the manifest", member->name));
  }
  return members;
}

void parse_lines(std::string_view text, Tree& tree) {
  while (!text.empty()) {
    const auto newline = text.find('\n');
    if (newline == std::string_view::npos) refuse("the index ends within a line");
    tree.entries.push_back(parse_line(text.substr(0, newline), tree));
    text.remove_prefix(newline + 1);
  }
}

void check_order(const Tree& tree) {
  if (tree.entries.empty() || tree.entries.front().path != "." ||
      tree.entries.front().type != EntryType::kFolder)
    refuse("the index does not begin with the root folder");
  for (std::size_t i = 1; i < tree.entries.size(); ++i)
    if (!before(tree.entries[i - 1].path, tree.entries[i].path))
      refuse(
          fmt::format("the index is not in order at {}", core::encode_path(tree.entries[i].path)));
}

// A hard link names an entry with the same content that stands ahead of it and is none itself.
void check_hard_link(const Tree& tree, const Entry& entry) {
  const Entry* file = tree.find(entry.extra().same_file_as);
  if (file == nullptr || file->type != entry.type || file->type == EntryType::kFolder ||
      file->is_hard_link())
    refuse(fmt::format("{} is a link to no file", core::encode_path(entry.path)));
}

std::uint64_t stored_bytes(const Entry& entry) {
  if (!entry.extra().sparse || entry.content.parts == 0) return entry.size;
  std::uint64_t bytes = 0;
  for (const auto& extent : entry.extra().data) bytes += extent.length;
  return bytes;
}

void check_content(const ArchivedTree& archived, const Entry& entry) {
  if (entry.content.parts == 0) {
    if (archived.packs.count(entry.content.number) == 0)
      refuse(fmt::format("the pack of {} is missing", core::encode_path(entry.path)));
    return;
  }
  const auto parts = archived.parts.find(entry.content.number);
  std::uint64_t bytes = 0;
  if (parts != archived.parts.end() && parts->second.size() == entry.content.parts)
    for (const auto* member : parts->second) bytes += member->plain_size;
  else
    refuse(fmt::format("a part of {} is missing", core::encode_path(entry.path)));
  if (bytes != stored_bytes(entry))
    refuse(fmt::format("the parts of {} have {} bytes instead of {}", core::encode_path(entry.path),
                       bytes, stored_bytes(entry)));
}

void check(const ArchivedTree& archived) {
  check_order(archived.tree);
  for (const auto& entry : archived.tree.entries) {
    if (entry.path == ".") continue;
    const Entry* folder = archived.tree.find(core::split_path(entry.path).first);
    if (folder == nullptr || folder->type != EntryType::kFolder)
      refuse(fmt::format("the folder of {} is missing", core::encode_path(entry.path)));
    if (entry.is_hard_link()) check_hard_link(archived.tree, entry);
    if (entry.has_content()) check_content(archived, entry);
  }
}

void leave_out(ArchivedTree& archived, const Exclusion& excluded) {
  if (excluded.patterns().empty()) return;
  auto& entries = archived.tree.entries;
  for (const auto& entry : entries)
    if (entry.is_hard_link() && excluded.covers(entry.extra().same_file_as) &&
        !excluded.covers(entry.path))
      throw Error(
          ExitCode::kConfiguration,
          fmt::format("{} is excluded, but {} in the archive is a hard link to it",
                      core::encode_path(entry.extra().same_file_as), core::encode_path(entry.path)),
          "take it out of /resources/config_local/exclude, or exclude both");
  entries.erase(std::remove_if(entries.begin(), entries.end(),
                               [&](const Entry& entry) { return excluded.covers(entry.path); }),
                entries.end());
  archived.excluded = archived.excluded + excluded;
}

}  // namespace

WrittenIndex write_index(const Tree& tree, archive::ChunkSink& sink, core::Context& context) {
  IndexWriter writer(sink, context);
  for (const auto& entry : tree.entries) writer.add(entry, tree);
  return writer.finish();
}

std::map<std::uint32_t, std::vector<const Entry*>> ArchivedTree::packed_files() const {
  std::map<std::uint32_t, std::vector<const Entry*>> files;
  for (const auto& entry : tree.entries)
    if (entry.has_content() && entry.content.parts == 0)
      files[entry.content.number].push_back(&entry);
  return files;
}

ArchivedTree read_index(const archive::ArchiveReader& archive, const Exclusion& excluded_now,
                        core::Context& context) {
  const auto* resource = archive.manifest().resource(kName);
  if (resource == nullptr || resource->absent) refuse("the archive has none");
  const Members members = sort_members(archive.manifest());
  ArchivedTree archived;
  archived.packs = members.packs;
  archived.excluded = Exclusion(resource->detail.get_strings("exclude"));
  for (const auto& [number, parts] : members.parts)
    archived.parts[number] = without_gaps(parts, "a large file");
  core::Sha256 hash;
  for (const auto* member : without_gaps(members.index, "the index")) {
    const auto charge =
        context.memory.acquire(member->plain_size + member->stored_size, context.cancel);
    const std::string lines = archive.read(*member);
    hash.update(lines);
    parse_lines(lines, archived.tree);
    context.cancel.check();
  }
  if (hash.hex() != resource->detail.get_string("index_sha256"))
    refuse("the index does not have the hash that the manifest names");
  check(archived);
  leave_out(archived, excluded_now);
  return archived;
}

}  // namespace resources::config_local
