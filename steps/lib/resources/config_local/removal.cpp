#include "resources/config_local/removal.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "resources/config_local/tree_scan.hpp"

namespace resources::config_local {

namespace {

void empty_folder(int folder_fd, const std::string& name, const core::CancelToken& cancel) {
  // Without write permission its owner could not empty it; root needs none.
  if (::geteuid() != 0) ::fchmodat(folder_fd, name.c_str(), S_IRWXU, 0);
  const core::UniqueFd fd(
      ::openat(folder_fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) core::throw_errno("open folder", name);
  if (is_mount_point(fd.get()))
    throw core::Error(core::ExitCode::kPrecondition,
                      fmt::format("something is mounted at {}, which was to be removed", name),
                      "unmount it, then run the step again");
  for (const auto& inner : names_in(fd.get(), name)) remove_all(fd.get(), inner, cancel);
}

}  // namespace

void remove_all(int folder_fd, const std::string& name, const core::CancelToken& cancel) {
  cancel.check();
  struct stat found {};
  if (::fstatat(folder_fd, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return;
    core::throw_errno("examine", name);
  }
  const bool is_folder = S_ISDIR(found.st_mode);
  if (is_folder) empty_folder(folder_fd, name, cancel);
  if (::unlinkat(folder_fd, name.c_str(), is_folder ? AT_REMOVEDIR : 0) != 0 && errno != ENOENT)
    core::throw_errno("remove", name);
}

}  // namespace resources::config_local
