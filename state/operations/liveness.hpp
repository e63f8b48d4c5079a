#pragma once
// Is the holder of an operation alive? A running step holds a flock: held means alive, always.
// Otherwise the operation is dead when its lease has passed and its build is known to have ended,
// or cannot be asked for some time.

#include <functional>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/unique_fd.hpp"
#include "state/operations/operation.hpp"

namespace state {

inline constexpr std::int64_t kLeaseMs = 10 * 60 * 1000;

// true: the build has ended; false: it runs; nullopt: cannot be asked.
using BuildEnded = std::function<std::optional<bool>(const std::string& build_url)>;

struct LivenessRules {
  std::int64_t takeover_after_ms = 30 * 60 * 1000;
  BuildEnded build_ended;  // empty: cannot be asked
};

// By CLOCK_BOOTTIME within one boot, else by the calendar, and at least as long as this boot lasts:
// the calendar may have gone back. Never negative.
std::int64_t age_ms(const Moment& moment, const core::Clock& clock);
// Since the last heartbeat.
std::int64_t heartbeat_age_ms(const Operation& operation, const core::Clock& clock);
// Since the last heartbeat, or by a reboot: no step survives one, whatever the clocks say.
bool lease_has_passed(const Operation& operation, const core::Clock& clock);
bool is_dead(const Operation& operation, bool step_is_running, const LivenessRules& rules,
             const core::Clock& clock);

// The flock of the running step, held for the life of the object.
class StepLock {
 public:
  // Empty when another process holds it.
  static std::optional<StepLock> try_acquire(const std::string& path);
  // Writes who holds it, for people.
  void describe(const std::string& text) const;

 private:
  StepLock(core::UniqueFd fd, std::string path) : m_fd(std::move(fd)), m_path(std::move(path)) {}
  core::UniqueFd m_fd;
  std::string m_path;
};

// Asks without disturbing a step that starts at the same moment.
bool step_is_running(const std::string& path);
// The process that holds the lock; empty when none does.
std::optional<int> step_pid(const std::string& path);
// What the holder wrote: "snapshot, pid 123"; empty when nothing.
std::string step_holder(const std::string& path);

}  // namespace state
