#include "resources/config_local/kept_entries.hpp"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/folder_cursor.hpp"
#include "core/path_text.hpp"
#include "resources/config_local/attributes.hpp"
#include "resources/config_local/tree_scan.hpp"

namespace resources::config_local {

namespace {

// Makes the folder in the new tree with the mode and owner that it has in the old one.
void make_like(core::FolderCursor& from, core::FolderCursor& to, const std::string& folder) {
  if (to.try_open(folder) >= 0) return;
  const auto [parent, name] = core::split_path(folder);
  make_like(from, to, std::string(parent));
  struct stat old {};
  if (::fstat(from.open(folder), &old) != 0) core::throw_errno("examine", folder);
  const int parent_fd = to.open(parent);
  const std::string made(name);
  if (::mkdirat(parent_fd, made.c_str(), old.st_mode & 07777) != 0 ||
      ::fchownat(parent_fd, made.c_str(), old.st_uid, old.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
    core::throw_errno("make folder", folder);
}

// Of the folder and those above it: one that was made changed its parent as well.
void restore_times(int new_root, const Tree& tree, std::string_view folder) {
  core::FolderCursor cursor(new_root);
  const Owners owners(tree);
  for (;; folder = core::split_path(folder).first) {
    if (const Entry* entry = tree.find(folder)) apply_metadata(cursor.open(folder), *entry, owners);
    if (folder == ".") return;
  }
}

}  // namespace

std::size_t move_excluded(int old_root, int new_root, const Exclusion& excluded, const Tree& tree,
                          const core::CancelToken& cancel) {
  if (excluded.patterns().empty()) return 0;
  core::FolderCursor from(old_root);
  core::FolderCursor to(new_root);
  std::size_t moved = 0;
  for (const auto& path : scan_tree(old_root, excluded, cancel).excluded) {
    const auto [folder, name_view] = core::split_path(path);
    const std::string name(name_view);
    make_like(from, to, std::string(folder));
    if (::renameat2(from.open(folder), name.c_str(), to.open(folder), name.c_str(),
                    RENAME_NOREPLACE) == 0)
      ++moved;
    else if (errno != EEXIST && errno != ENOENT)
      core::throw_errno("keep", path);
    restore_times(new_root, tree, folder);
  }
  return moved;
}

}  // namespace resources::config_local
