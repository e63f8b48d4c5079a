#pragma once
// The reading side of libarchive: the headers of a tar that may be hostile, one by one, seeking
// over the data. Every header is refused here that our writer would never write.

#include <cstdint>
#include <optional>
#include <string>

namespace libarchive {
struct archive;
struct archive_entry;
}  // namespace libarchive

namespace archive {

struct WalkedMember {
  std::string name;
  std::uint64_t header_offset = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

class TarWalk {
 public:
  // `name` is for messages. The descriptor's own position is not used.
  TarWalk(int fd, std::uint64_t size, std::string name);
  ~TarWalk();
  TarWalk(const TarWalk&) = delete;
  TarWalk& operator=(const TarWalk&) = delete;

  // Nothing at the end of the tar. Throws Error(kIntegrity) for whatever is not a regular file with
  // a safe name, standing right behind the member before it, whole within the file.
  std::optional<WalkedMember> next();
  // Call it after the last member: the two blocks of zeros, and nothing behind them.
  void check_end();

  // Called by libarchive.
  long read(const void** bytes);
  std::int64_t skip(std::int64_t bytes);

 private:
  WalkedMember examine(libarchive::archive_entry* entry);
  [[noreturn]] void refuse(const std::string& what) const;

  libarchive::archive* m_tar;
  int m_fd;
  std::uint64_t m_size;
  std::string m_name;
  std::uint64_t m_position = 0;  // of libarchive's next read
  std::uint64_t m_end = 0;       // of the last member, padding included
  std::string m_buffer;
};

}  // namespace archive
