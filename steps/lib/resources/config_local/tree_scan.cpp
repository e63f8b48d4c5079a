#include "resources/config_local/tree_scan.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/accounts.hpp"
#include "core/error.hpp"
#include "core/folder_cursor.hpp"
#include "core/unique_fd.hpp"

namespace resources::config_local {

namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

std::string link_target(int folder_fd, const std::string& name, std::size_t size) {
  std::string target(std::max<std::size_t>(size, 255) + 1, '\0');
  const ssize_t length = ::readlinkat(folder_fd, name.c_str(), target.data(), target.size());
  target.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  return target;
}

bool begins_mount(int folder_fd, const char* name) {
  struct statx found {};
  return ::statx(folder_fd, name, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, STATX_TYPE, &found) == 0 &&
         (found.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

class Scanner {
 public:
  Scanner(int root_fd, const Exclusion& exclusion, const core::CancelToken& cancel)
      : m_cursor(root_fd), m_exclusion(exclusion), m_cancel(cancel) {}

  Scan scan() {
    add_root();
    while (!m_pending.empty()) {
      const std::string folder = std::move(m_pending.back());
      m_pending.pop_back();
      m_cancel.check();
      scan_folder(folder);
    }
    auto& entries = m_scan.tree.entries;
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return before(a.path, b.path); });
    join_hard_links();
    name_owners();
    return std::move(m_scan);
  }

 private:
  void add_root() {
    struct stat found {};
    if (::fstat(m_cursor.root(), &found) != 0) core::throw_errno("examine", "the root folder");
    Entry root;
    root.path = ".";
    take_stat(root, found);
    m_scan.tree.entries.push_back(std::move(root));
    m_pending.emplace_back(".");
  }

  void scan_folder(const std::string& folder) {
    const int fd = m_cursor.try_open(folder);
    if (fd < 0 && errno == EACCES) m_scan.unreadable.push_back(folder);
    if (fd < 0) return;  // gone or replaced meanwhile: the next scan sees what is there then
    for (const auto& name : names_in(fd, folder)) examine(fd, folder, name);
  }

  void examine(int fd, const std::string& folder, const std::string& name) {
    std::string path = folder == "." ? name : folder + "/" + name;
    if (m_exclusion.matches(path)) {
      m_scan.excluded.push_back(std::move(path));
      return;
    }
    struct stat found {};
    if (::fstatat(fd, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) core::throw_errno("examine", path);
      return;
    }
    if (S_ISSOCK(found.st_mode)) return m_scan.sockets.push_back(std::move(path));
    if (S_ISBLK(found.st_mode) || S_ISCHR(found.st_mode))
      return m_scan.devices.push_back(std::move(path));
    if (!readable(fd, name, found)) m_scan.unreadable.push_back(path);
    add(fd, name, std::move(path), found);
  }

  // root may read everything: not worth a call per file.
  bool readable(int fd, const std::string& name, const struct stat& found) const {
    if (m_is_root || !S_ISREG(found.st_mode)) return true;
    return ::faccessat(fd, name.c_str(), R_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW) == 0;
  }

  void add(int fd, const std::string& name, std::string path, const struct stat& found) {
    Entry entry;
    entry.path = std::move(path);
    take_stat(entry, found);
    if (entry.type == EntryType::kSymbolicLink)
      entry.extra().target = link_target(fd, name, static_cast<std::size_t>(found.st_size));
    if (entry.type == EntryType::kFolder) {
      if (begins_mount(fd, name.c_str())) m_scan.mounts.push_back(entry.path);
      m_pending.push_back(entry.path);
    }
    m_scan.tree.entries.push_back(std::move(entry));
  }

  void join_hard_links() {
    std::map<std::pair<std::uint64_t, std::uint64_t>, const std::string*> first;
    for (auto& entry : m_scan.tree.entries) {
      if (entry.links < 2) continue;
      const auto [known, is_new] = first.emplace(std::pair(entry.device, entry.inode), &entry.path);
      if (!is_new) entry.extra().same_file_as = *known->second;
    }
  }

  void name_owners() {
    for (const auto& entry : m_scan.tree.entries) {
      if (m_scan.tree.users.count(entry.uid) == 0)
        m_scan.tree.users[entry.uid] = core::user_name(entry.uid);
      if (m_scan.tree.groups.count(entry.gid) == 0)
        m_scan.tree.groups[entry.gid] = core::group_name(entry.gid);
    }
  }

  core::FolderCursor m_cursor;
  const Exclusion& m_exclusion;
  const core::CancelToken& m_cancel;
  const bool m_is_root = ::geteuid() == 0;
  std::vector<std::string> m_pending;
  Scan m_scan;
};

}  // namespace

std::vector<std::string> names_in(int folder_fd, const std::string& folder) {
  // "." opens the folder anew: fdopendir() would take the cursor's descriptor and its position.
  const int fd = ::openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) core::throw_errno("read folder", folder);
  const std::unique_ptr<DIR, CloseFolder> listing(::fdopendir(fd));
  std::vector<std::string> names;
  while (const dirent* found = ::readdir(listing.get())) {
    const std::string_view name = found->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

Scan scan_tree(int root_fd, const Exclusion& exclusion, const core::CancelToken& cancel) {
  return Scanner(root_fd, exclusion, cancel).scan();
}

bool is_mount_point(int folder_fd) {
  return begins_mount(folder_fd, "");
}

}  // namespace resources::config_local
