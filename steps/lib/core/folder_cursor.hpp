#pragma once
// Opens folders below a root one component at a time and never through a link, so that no name and
// no link planted meanwhile leads outside. Keeps the last folder open; one cursor per thread.

#include <string>
#include <string_view>

#include "core/unique_fd.hpp"

namespace core {

class FolderCursor {
 public:
  explicit FolderCursor(int root_fd) : m_root(root_fd) {}

  // Descriptor of the folder, valid until the next call; -1 (and errno) when there is no such
  // folder.
  int try_open(std::string_view folder);
  // Throws Error(kStorage) instead.
  int open(std::string_view folder);
  int root() const { return m_root; }

 private:
  int m_root;
  std::string m_folder;
  UniqueFd m_fd;
};

}  // namespace core
