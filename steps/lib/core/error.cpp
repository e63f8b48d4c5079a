#include "core/error.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace core {

namespace {
std::string hint_for(int error) {
  if (error == ENOSPC || error == EDQUOT) return "free some space on that disk and run again";
  if (error == EACCES || error == EPERM) return "give the agent's user the right to do that";
  if (error == ENOENT) return "check that the path exists and is spelled right";
  return "look at the disk and at the system's log";
}
}  // namespace

void throw_errno(const std::string& action, const std::string& path) {
  const int error = errno;
  throw Error(ExitCode::kStorage,
              fmt::format("cannot {} {}: {}", action, path, std::strerror(error)), hint_for(error));
}

}  // namespace core
