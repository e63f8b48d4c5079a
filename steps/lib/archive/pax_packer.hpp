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
  // `reserve_bytes`: plain bytes to come, so that the buffer grows once.
  explicit PaxPacker(std::size_t reserve_bytes = 0);
  ~PaxPacker();
  PaxPacker(const PaxPacker&) = delete;
  PaxPacker& operator=(const PaxPacker&) = delete;

  // `content` is empty for everything but files.
  void add(const PaxEntry& entry, std::string_view content);
  std::string finish();  // the whole tar; once

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
