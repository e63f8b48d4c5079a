#pragma once
// A file descriptor with an owner, and reads and writes that finish or throw Error(kStorage).

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>
#include <unistd.h>

namespace core {

class UniqueFd {
 public:
  explicit UniqueFd(int fd = -1) : m_fd(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    std::swap(m_fd, other.m_fd);
    return *this;
  }
  ~UniqueFd() {
    if (m_fd >= 0) ::close(m_fd);
  }
  int get() const { return m_fd; }
  explicit operator bool() const { return m_fd >= 0; }
  int release() { return std::exchange(m_fd, -1); }

 private:
  int m_fd;
};

// O_CLOEXEC is added.
UniqueFd open_fd(const std::string& path, int flags, mode_t mode = 0600);
// 0 at the end of the file; EINTR is retried. `name` is for the message.
std::size_t read_some(int fd, char* buffer, std::size_t size, const std::string& name);
void write_all(int fd, std::string_view bytes, const std::string& name);
// Exactly `size` bytes at `offset`; a short file is Error(kIntegrity).
void pread_exactly(int fd, char* buffer, std::size_t size, off_t offset, const std::string& name);
void fsync_fd(int fd, const std::string& name);
void fsync_directory(const std::string& path);

// Whole small files. read_file refuses more than `limit` bytes.
std::string read_file(const std::string& path, std::size_t limit = std::size_t{256} << 20);

}  // namespace core
