#include "resources/config_local/tree.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/path_text.hpp"

namespace resources::config_local {

using core::Error;
using core::ExitCode;

namespace {

constexpr std::array<std::pair<EntryType, std::string_view>, 4> kTypeNames{{
    {EntryType::kFile, "file"},
    {EntryType::kFolder, "folder"},
    {EntryType::kSymbolicLink, "symlink"},
    {EntryType::kFifo, "fifo"},
}};

EntryType type_of(mode_t mode) {
  if (S_ISDIR(mode)) return EntryType::kFolder;
  if (S_ISLNK(mode)) return EntryType::kSymbolicLink;
  return S_ISFIFO(mode) ? EntryType::kFifo : EntryType::kFile;
}

}  // namespace

const Extras& Entry::extra() const {
  static const Extras none;
  return extras ? *extras : none;
}

const Entry* Tree::find(std::string_view path) const {
  const auto found = std::lower_bound(
      entries.begin(), entries.end(), path,
      [](const Entry& entry, std::string_view key) { return before(entry.path, key); });
  return found != entries.end() && found->path == path ? &*found : nullptr;
}

std::uint64_t Tree::content_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& entry : entries)
    if (entry.has_content()) bytes += entry.size;
  return bytes;
}

bool before(std::string_view left, std::string_view right) {
  // The root stands ahead of everything.
  if (left == "." || right == ".") return left == "." && right != ".";
  const auto rank = [](char letter) {
    return letter == '/' ? 0 : 1 + static_cast<int>(static_cast<unsigned char>(letter));
  };
  return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
                                      [&](char a, char b) { return rank(a) < rank(b); });
}

void take_stat(Entry& entry, const struct stat& found) {
  entry.type = type_of(found.st_mode);
  entry.mode = found.st_mode & 07777;
  entry.uid = found.st_uid;
  entry.gid = found.st_gid;
  entry.mtime_seconds = found.st_mtim.tv_sec;
  entry.mtime_nanoseconds = static_cast<std::uint32_t>(found.st_mtim.tv_nsec);
  entry.size = entry.type == EntryType::kFile ? static_cast<std::uint64_t>(found.st_size) : 0;
  entry.inode = found.st_ino;
  entry.device = found.st_dev;
  entry.ctime_seconds = found.st_ctim.tv_sec;
  entry.ctime_nanoseconds = static_cast<std::uint32_t>(found.st_ctim.tv_nsec);
  entry.links = entry.type == EntryType::kFolder ? 1 : static_cast<std::uint32_t>(found.st_nlink);
}

bool same_state(const Entry& entry, const struct stat& found) {
  Entry now;
  take_stat(now, found);
  return same_state(entry, now);
}

bool same_state(const Entry& left, const Entry& right) {
  // A change of mode, owner, attributes or links moves ctime as well.
  return left.type == right.type && left.inode == right.inode && left.device == right.device &&
         left.size == right.size && left.mtime_seconds == right.mtime_seconds &&
         left.mtime_nanoseconds == right.mtime_nanoseconds &&
         left.ctime_seconds == right.ctime_seconds &&
         left.ctime_nanoseconds == right.ctime_nanoseconds;
}

std::string digest_to_hex(const Digest& digest) {
  return core::to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Digest digest_from_hex(std::string_view text) {
  const std::string bytes = core::from_hex(text);
  Digest digest{};
  if (bytes.size() != digest.size())
    throw Error(ExitCode::kIntegrity, fmt::format("{} is no SHA-256", text));
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

std::string_view type_name(EntryType type) {
  for (const auto& [known, name] : kTypeNames)
    if (known == type) return name;
  return "file";
}

EntryType type_from(std::string_view name) {
  for (const auto& [known, text] : kTypeNames)
    if (text == name) return known;
  throw Error(ExitCode::kIntegrity, fmt::format("'{}' is no type of an entry", name),
              "the archive was made by a newer version or is damaged");
}

}  // namespace resources::config_local
