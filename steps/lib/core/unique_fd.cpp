#include "core/unique_fd.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>

#include "core/error.hpp"

namespace core {

UniqueFd open_fd(const std::string& path, int flags, mode_t mode) {
  UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!fd) throw_errno("open", path);
  return fd;
}

std::size_t read_some(int fd, char* buffer, std::size_t size, const std::string& name) {
  for (;;) {
    const ssize_t got = ::read(fd, buffer, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) throw_errno("read", name);
  }
}

void write_all(int fd, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR) throw_errno("write", name);
    if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

void pread_exactly(int fd, char* buffer, std::size_t size, off_t offset, const std::string& name) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(fd, buffer + done, size - done, offset + static_cast<off_t>(done));
    if (got == 0)
      throw Error(ExitCode::kIntegrity, fmt::format("{} ends too early", name),
                  "the file was cut short: use another archive");
    if (got < 0 && errno != EINTR) throw_errno("read", name);
    if (got > 0) done += static_cast<std::size_t>(got);
  }
}

void fsync_fd(int fd, const std::string& name) {
  if (::fsync(fd) != 0) throw_errno("flush", name);
}

void fsync_directory(const std::string& path) {
  fsync_fd(open_fd(path, O_RDONLY | O_DIRECTORY).get(), path);
}

std::string read_file(const std::string& path, std::size_t limit) {
  const UniqueFd fd = open_fd(path, O_RDONLY);
  std::string text;
  std::string buffer(1 << 16, '\0');
  while (const std::size_t got = read_some(fd.get(), buffer.data(), buffer.size(), path)) {
    text.append(buffer.data(), got);
    if (text.size() > limit)
      throw Error(ExitCode::kStorage, fmt::format("{} is larger than {} bytes", path, limit));
  }
  return text;
}

}  // namespace core
