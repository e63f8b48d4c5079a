#include "publish/turn.hpp"

#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include "core/error.hpp"

namespace publish {

core::UniqueFd take_turn(const std::string& path, int patience_ms) {
  using SteadyClock = std::chrono::steady_clock;
  const auto deadline = SteadyClock::now() + std::chrono::milliseconds(patience_ms);
  core::UniqueFd fd = core::open_fd(path, O_RDWR | O_CREAT);
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) core::throw_errno("lock", path);
    if (SteadyClock::now() >= deadline)
      throw core::Error(core::ExitCode::kBusy,
                        fmt::format("another process has held {} for {} ms", path, patience_ms),
                        "see with fuser which one hangs");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return fd;
}

}  // namespace publish
