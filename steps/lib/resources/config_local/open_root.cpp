#include "resources/config_local/open_root.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>

#include "core/error.hpp"

namespace resources::config_local {

core::UniqueFd open_root(const std::string& path) {
  core::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
    throw core::Error(core::ExitCode::kNotFound, fmt::format("config-local: {} is no folder", path),
                      "correct /resources/config_local/path in environment.json");
  if (!fd) core::throw_errno("open folder", path);
  return fd;
}

}  // namespace resources::config_local
