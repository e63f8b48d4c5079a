#include "resources/config_local/file_content.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "core/sha256.hpp"

namespace resources::config_local {

namespace {

// More holes than this are stored as the zeros that they read as: the index stays small.
constexpr std::size_t kMaxExtents = 10000;
constexpr std::size_t kPieceBytes = std::size_t{1} << 20;

std::vector<Extent> whole(std::uint64_t size) {
  if (size == 0) return {};
  return {{0, size}};
}

bool is_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

// What of `live` lies outside `known`; both sorted.
std::vector<Extent> outside(const std::vector<Extent>& live, const std::vector<Extent>& known) {
  std::vector<Extent> rest;
  auto next = known.begin();
  for (auto [offset, length] : live) {
    const std::uint64_t end = offset + length;
    while (offset < end) {
      while (next != known.end() && next->offset + next->length <= offset) ++next;
      const std::uint64_t stop = next == known.end() ? end : std::min(end, next->offset);
      if (stop > offset) rest.push_back({offset, stop - offset});
      if (next == known.end() || next->offset >= end) break;
      offset = next->offset + next->length;
    }
  }
  return rest;
}

}  // namespace

core::UniqueFd open_file(int folder_fd, const std::string& name, const std::string& path) {
  // O_NONBLOCK: the file may have become a fifo. O_NOATIME: only its owner may ask for it.
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  core::UniqueFd fd(::openat(folder_fd, name.c_str(), kFlags | O_NOATIME));
  if (!fd && errno == EPERM) fd = core::UniqueFd(::openat(folder_fd, name.c_str(), kFlags));
  if (fd || errno == ENOENT || errno == ELOOP || errno == ENXIO || errno == ENOTDIR) return fd;
  core::throw_errno("read", path);
}

std::vector<Extent> data_of(int fd, std::uint64_t size, bool* sparse) {
  *sparse = false;
  std::vector<Extent> data;
  const auto end = static_cast<off_t>(size);
  for (off_t at = 0; at < end && data.size() <= kMaxExtents;) {
    const off_t begin = ::lseek(fd, at, SEEK_DATA);
    if (begin < 0 && errno == ENXIO) break;  // a hole up to the end
    if (begin < 0) return whole(size);       // a file system without holes
    const off_t hole = std::min(::lseek(fd, begin, SEEK_HOLE), end);
    if (hole <= begin) break;
    data.push_back({static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(hole - begin)});
    at = hole;
  }
  if (data.size() > kMaxExtents || data == whole(size)) return whole(size);
  *sparse = true;
  return data;
}

bool read_data(int fd, const std::vector<Extent>& data, std::string& buffer,
               std::size_t piece_bytes, const std::string& path,
               const std::function<void(std::string_view piece)>& on_piece) {
  for (auto [offset, length] : data) {
    while (length > 0) {
      const std::size_t want = std::min<std::uint64_t>(length, piece_bytes);
      if (buffer.size() < want) buffer.resize(want);
      const ssize_t got = ::pread(fd, buffer.data(), want, static_cast<off_t>(offset));
      if (got == 0) return false;
      if (got < 0 && errno != EINTR) core::throw_errno("read", path);
      if (got < 0) continue;
      on_piece({buffer.data(), static_cast<std::size_t>(got)});
      offset += static_cast<std::uint64_t>(got);
      length -= static_cast<std::uint64_t>(got);
    }
  }
  return true;
}

Digest hash_file(int fd, const Entry& entry, std::string& buffer, bool* clean,
                 const core::CancelToken& cancel) {
  core::Sha256 hash;
  *clean = true;
  const bool sparse = entry.extra().sparse;
  const auto data = sparse ? entry.extra().data : whole(entry.size);
  read_data(fd, data, buffer, kPieceBytes, entry.path, [&](std::string_view piece) {
    cancel.check();
    hash.update(piece);
  });
  bool live_sparse = false;
  if (sparse)
    read_data(fd, outside(data_of(fd, entry.size, &live_sparse), data), buffer, kPieceBytes,
              entry.path, [&](std::string_view piece) {
                cancel.check();
                *clean = *clean && is_zero(piece);
              });
  return digest_from_hex(hash.hex());
}

}  // namespace resources::config_local
