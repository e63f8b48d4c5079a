#pragma once
// Small files packed into one pax tar in memory, so that plain `tar` can extract a chunk, and the
// way back. Names are raw bytes: nothing is converted, whatever the locale.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace archive {

enum class PaxType { kFile, kFolder, kSymbolicLink, kHardLink, kFifo };

struct PaxEntry {
  std::string path;  // relative, raw bytes
  PaxType type = PaxType::kFile;
  std::string target;  // of a link
  std::uint32_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string user;
  std::string group;
  std::int64_t mtime_seconds = 0;
  std::uint32_t mtime_nanoseconds = 0;
  std::vector<std::pair<std::string, std::string>> attributes;  // extended ones: name, raw value
};

class PaxPacker {
 public:
  // `reserve_bytes`: plain bytes to come, so that the buffer is made once.
  explicit PaxPacker(std::size_t reserve_bytes = 0);
  ~PaxPacker();
  PaxPacker(const PaxPacker&) = delete;
  PaxPacker& operator=(const PaxPacker&) = delete;

  // Where the content of the next entry may be put so that add() need not copy it. Valid until
  // add() or the next call; what is not added is forgotten.
  char* room(std::size_t size);
  // `content` is empty for everything but files.
  void add(const PaxEntry& entry, std::string_view content);
  // The whole tar, once; valid as long as the packer.
  std::string_view finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

// Calls `on_file` for each regular file in the order of the tar; everything else is left out. The
// views are valid during the call. Throws Error(kIntegrity) naming `name` for anything broken.
void unpack_pax(
    std::string_view tar, const std::string& name,
    const std::function<void(std::string_view path, std::string_view content)>& on_file);

}  // namespace archive
