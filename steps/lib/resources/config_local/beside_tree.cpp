#include "resources/config_local/beside_tree.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/unique_fd.hpp"
#include "resources/config_local/removal.hpp"
#include "resources/config_local/tree.hpp"
#include "resources/config_local/tree_scan.hpp"

namespace resources::config_local {

namespace {

constexpr std::string_view kMark = ".restore-";
constexpr std::size_t kHexDigits = 6;

bool is_tree_name(std::string_view name, std::string_view live) {
  if (name.size() != live.size() + kMark.size() + kHexDigits || name.substr(0, live.size()) != live)
    return false;
  name.remove_prefix(live.size());
  return name.substr(0, kMark.size()) == kMark &&
         name.find_first_not_of("0123456789abcdef", kMark.size()) == std::string_view::npos;
}

core::UniqueFd open_parent(const std::string& path) {
  return core::open_fd(core::folder_of(path), O_RDONLY | O_DIRECTORY);
}

std::string name_in_parent(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::vector<std::string> trees_beside(const std::string& path) {
  std::vector<std::string> trees;
  const std::string parent = core::folder_of(path);
  const std::string live = name_in_parent(path);
  for (const auto& name : names_in(open_parent(path).get(), parent))
    if (is_tree_name(name, live)) trees.push_back(path + name.substr(live.size()));
  std::sort(trees.begin(), trees.end());
  return trees;
}

std::string make_tree_beside(const std::string& path) {
  std::string tree = fmt::format("{}{}{}", path, kMark, core::random_hex(kHexDigits / 2));
  if (::mkdir(tree.c_str(), S_IRWXU) != 0) core::throw_errno("make folder", tree);
  return tree;
}

void remove_tree_beside(const std::string& tree, const core::CancelToken& cancel) {
  remove_all(open_parent(tree).get(), name_in_parent(tree), cancel);
}

void swap_trees(const std::string& tree, const std::string& live) {
  const unsigned flags = inode_of(live) == 0 ? RENAME_NOREPLACE : RENAME_EXCHANGE;
  if (::renameat2(AT_FDCWD, tree.c_str(), AT_FDCWD, live.c_str(), flags) != 0) {
    if (errno == EINVAL || errno == ENOSYS)
      throw core::Error(core::ExitCode::kStorage,
                        fmt::format("the file system of {} cannot swap two folders", live),
                        "set /resources/config_local/in_place to true");
    core::throw_errno("swap in the restored tree at", live);
  }
  core::fsync_directory(core::folder_of(live));
}

std::uint64_t inode_of(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode) ? found.st_ino : 0;
}

}  // namespace resources::config_local
