#pragma once
// The writing side of libarchive: a pax tar on a file descriptor, with known offsets.

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

namespace libarchive {
struct archive;
}  // namespace libarchive

namespace archive {

class TarOutput {
 public:
  struct Place {
    std::uint64_t header_offset = 0;
    std::uint64_t offset = 0;  // of the bytes
  };

  // `name` is for messages; `mtime` (seconds) is given to every member.
  TarOutput(int fd, std::string name, std::int64_t mtime);
  ~TarOutput();
  TarOutput(const TarOutput&) = delete;
  TarOutput& operator=(const TarOutput&) = delete;

  // Throws Error(kStorage) when the disk refuses, and again at every later call.
  Place add(const std::string& member_name, std::string_view bytes);
  // Writes the end of the tar and all that is still held back. Once.
  void close();
  std::uint64_t size() const { return m_accepted; }

  // Called by libarchive.
  void accept(std::string_view bytes);
  void keep_failure() { m_failure = std::current_exception(); }

 private:
  void check(int result);
  void write_out(std::string_view bytes);
  void flush();

  libarchive::archive* m_tar;
  int m_fd;
  std::string m_name;
  std::int64_t m_mtime;
  std::string m_held;  // headers and padding, until data follows
  std::uint64_t m_accepted = 0;
  std::uint64_t m_written = 0;
  std::uint64_t m_started = 0;  // up to here the kernel was told to write to the disk
  std::exception_ptr m_failure;
  bool m_abandoned = false;  // what libarchive still wants to write is dropped
};

}  // namespace archive
