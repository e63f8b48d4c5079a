#include "core/atomic_file.hpp"

#include <cstdio>

#include <fcntl.h>

#include "core/error.hpp"
#include "core/ids.hpp"

namespace core {

namespace {
constexpr std::size_t kRandomBytes = 3;
}

bool is_temporary_of(std::string_view name, std::string_view whole_name) {
  const auto marked = whole_name.size() + kTemporaryMark.size();
  return name.size() == marked + 2 * kRandomBytes &&
         name.substr(0, whole_name.size()) == whole_name &&
         name.substr(whole_name.size(), kTemporaryMark.size()) == kTemporaryMark &&
         name.find_first_not_of("0123456789abcdef", marked) == std::string_view::npos;
}

AtomicFile::AtomicFile(std::string path, mode_t mode)
    : m_path(std::move(path)),
      m_temporary(m_path + std::string(kTemporaryMark) + random_hex(kRandomBytes)),
      m_fd(open_fd(m_temporary, O_RDWR | O_CREAT | O_EXCL, mode)) {}

AtomicFile::~AtomicFile() {
  if (!m_committed) ::unlink(m_temporary.c_str());
}

void AtomicFile::commit() {
  fsync_fd(m_fd.get(), m_temporary);
  if (std::rename(m_temporary.c_str(), m_path.c_str()) != 0) throw_errno("rename", m_temporary);
  m_committed = true;
  fsync_directory(folder_of(m_path));
}

void write_file_atomically(const std::string& path, std::string_view bytes, mode_t mode) {
  AtomicFile file(path, mode);
  file.write(bytes);
  file.commit();
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace core
