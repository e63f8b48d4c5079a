#pragma once
// A file that becomes visible only whole: written under a temporary name in the same folder, then
// fsync, rename, fsync of the folder. Not committed: it vanishes.

#include <string>
#include <string_view>

#include "core/unique_fd.hpp"

namespace core {

// Temporary names are "<name>.tmp-<6 hex>": reconcile removes them by this mark.
inline constexpr std::string_view kTemporaryMark = ".tmp-";
bool is_temporary_of(std::string_view name, std::string_view whole_name);

class AtomicFile {
 public:
  explicit AtomicFile(std::string path, mode_t mode = 0600);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  int fd() const { return m_fd.get(); }
  const std::string& temporary_path() const { return m_temporary; }
  void write(std::string_view bytes) { write_all(m_fd.get(), bytes, m_temporary); }
  void commit();

 private:
  std::string m_path;
  std::string m_temporary;
  UniqueFd m_fd;
  bool m_committed = false;
};

void write_file_atomically(const std::string& path, std::string_view bytes, mode_t mode = 0600);

// The folder part of a path, "." when there is none.
std::string folder_of(const std::string& path);

}  // namespace core
