#include "state/operations/liveness.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <fcntl.h>
#include <sys/file.h>

#include "core/error.hpp"

namespace state {

namespace {
bool lock_now(int fd, int how, const std::string& path) {
  while (::flock(fd, how | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) core::throw_errno("lock", path);
  }
  return true;
}
}  // namespace

std::int64_t age_ms(const Moment& moment, const core::Clock& clock) {
  const std::int64_t age = moment.boot_id == clock.boot_id()
                               ? clock.boottime_ms() - moment.boottime_ms
                               : std::max(clock.now_ms() - moment.unix_ms, clock.boottime_ms());
  return std::max<std::int64_t>(0, age);
}

std::int64_t heartbeat_age_ms(const Operation& operation, const core::Clock& clock) {
  return age_ms({operation.heartbeat_ms, operation.heartbeat_boottime_ms, operation.boot_id},
                clock);
}

bool lease_has_passed(const Operation& operation, const core::Clock& clock) {
  return operation.boot_id != clock.boot_id() || heartbeat_age_ms(operation, clock) >= kLeaseMs;
}

bool is_dead(const Operation& operation, bool step_is_running, const LivenessRules& rules,
             const core::Clock& clock) {
  if (step_is_running || !lease_has_passed(operation, clock)) return false;
  const auto ended = rules.build_ended && !operation.build_url.empty()
                         ? rules.build_ended(operation.build_url)
                         : std::nullopt;
  return ended.value_or(heartbeat_age_ms(operation, clock) >= rules.takeover_after_ms);
}

std::optional<StepLock> StepLock::try_acquire(const std::string& path) {
  core::UniqueFd fd = core::open_fd(path, O_RDWR | O_CREAT);
  if (!lock_now(fd.get(), LOCK_EX, path)) return std::nullopt;
  return StepLock(std::move(fd), path);
}

void StepLock::describe(const std::string& text) const {
  if (::ftruncate(m_fd.get(), 0) != 0) core::throw_errno("write", m_path);
  ::lseek(m_fd.get(), 0, SEEK_SET);
  core::write_all(m_fd.get(), text, m_path);
}

bool step_is_running(const std::string& path) {
  const core::UniqueFd fd = core::open_fd(path, O_RDWR | O_CREAT);
  return !lock_now(fd.get(), LOCK_SH, path);
}

std::optional<int> step_pid(const std::string& path) {
  constexpr std::string_view kMark = ", pid ";
  if (!step_is_running(path)) return std::nullopt;
  const std::string holder = step_holder(path);
  const auto at = holder.rfind(kMark);
  if (at == std::string::npos) return std::nullopt;
  const int pid = std::atoi(holder.c_str() + at + kMark.size());
  return pid > 1 ? std::optional(pid) : std::nullopt;
}

std::string step_holder(const std::string& path) {
  return core::read_file(path, 4096);
}

}  // namespace state
