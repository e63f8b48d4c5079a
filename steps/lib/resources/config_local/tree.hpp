#pragma once
// A folder tree as a list of its entries: what the index of an archive holds and what a scan of the
// live folder finds.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace resources::config_local {

using Digest = std::array<unsigned char, 32>;  // SHA-256

enum class EntryType : std::uint8_t { kFile, kFolder, kSymbolicLink, kFifo };

// Bytes [offset, offset + length) of a file that hold data; between them are holes.
struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool operator==(const Extent&) const = default;
};

using Attributes = std::vector<std::pair<std::string, std::string>>;  // sorted by name, raw values

// What few entries have.
struct Extras {
  std::string target;        // symbolic link: raw bytes
  std::string same_file_as;  // hard link: path of the entry that holds the content
  Attributes attributes;     // extended attributes, ACLs among them
  bool sparse = false;
  std::vector<Extent> data;  // of a sparse file
};

// Where a file's bytes lie in the archive: in pack `number`, or alone in `parts` parts.
struct Content {
  std::uint32_t number = 0;
  std::uint32_t parts = 0;  // 0: in a pack
};

struct Entry {
  std::string path;  // relative to the root, raw bytes, "." for the root itself
  EntryType type = EntryType::kFile;
  bool captured = false;  // content and attributes are those of this state
  std::uint32_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t mtime_nanoseconds = 0;
  std::int64_t mtime_seconds = 0;
  std::uint64_t size = 0;
  // Identity of the live file: a scan fills these, the index does not hold them.
  std::uint64_t inode = 0;
  std::uint64_t device = 0;
  std::int64_t ctime_seconds = 0;
  std::uint32_t ctime_nanoseconds = 0;
  std::uint32_t links = 1;
  Content content;
  Digest sha256{};
  std::unique_ptr<Extras> extras;

  Extras& extra() {
    if (!extras) extras = std::make_unique<Extras>();
    return *extras;
  }
  const Extras& extra() const;  // an empty one when there is none
  bool is_hard_link() const { return extras && !extras->same_file_as.empty(); }
  // A file with bytes of its own in the archive.
  bool has_content() const { return type == EntryType::kFile && !is_hard_link(); }
};

using Names = std::map<std::uint32_t, std::string>;  // numeric id -> name

struct Tree {
  std::vector<Entry> entries;  // sorted by before(): a folder stands ahead of what it holds
  Names users;
  Names groups;

  const Entry* find(std::string_view path) const;
  std::uint64_t content_bytes() const;
};

// Order of entries: byte order with '/' below every other byte.
bool before(std::string_view left, std::string_view right);

// Takes type, mode, owner, times, size and identity from a stat.
void take_stat(Entry& entry, const struct stat& found);
// The live file is still the one that `entry` describes.
bool same_state(const Entry& entry, const struct stat& found);
bool same_state(const Entry& left, const Entry& right);

std::string digest_to_hex(const Digest& digest);
// Throws Error(kIntegrity) for anything but 64 hex digits.
Digest digest_from_hex(std::string_view text);

std::string_view type_name(EntryType type);  // "file", "folder", "symlink", "fifo"
EntryType type_from(std::string_view name);  // throws Error(kIntegrity)

}  // namespace resources::config_local
