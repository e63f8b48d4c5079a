#include "core/folder_cursor.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>

#include "core/error.hpp"

namespace core {

namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

}  // namespace

int FolderCursor::try_open(std::string_view folder) {
  if (folder == ".") return m_root;
  if (m_fd && folder == m_folder) return m_fd.get();
  UniqueFd current;
  for (std::size_t begin = 0; begin <= folder.size();) {
    const std::size_t end = std::min(folder.find('/', begin), folder.size());
    const std::string part(folder.substr(begin, end - begin));
    UniqueFd next(::openat(current ? current.get() : m_root, part.c_str(), kFolderFlags));
    if (!next) return -1;
    current = std::move(next);
    begin = end + 1;
  }
  m_fd = std::move(current);
  m_folder = folder;
  return m_fd.get();
}

int FolderCursor::open(std::string_view folder) {
  const int fd = try_open(folder);
  if (fd < 0) throw_errno("open folder", std::string(folder));
  return fd;
}

}  // namespace core
