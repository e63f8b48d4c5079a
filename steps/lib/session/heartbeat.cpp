#include "session/heartbeat.hpp"

#include <chrono>
#include <csignal>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "state/operations/end.hpp"

namespace session {

Heartbeat::Heartbeat(state::StateFile& file, state::Claim claim, Progress& progress,
                     core::CancelToken& cancel, Limits limits, std::function<void(bool)> tell)
    : m_file(file),
      m_claim(std::move(claim)),
      m_progress(progress),
      m_cancel(cancel),
      m_limits(limits),
      m_tell(std::move(tell)),
      m_thread([this] { run(); }) {}

Heartbeat::~Heartbeat() {
  {
    const std::lock_guard lock(m_mutex);
    m_stop = true;
  }
  m_wake.notify_all();
  m_thread.join();
}

void Heartbeat::run() {
  if (m_tell) m_tell(true);
  std::unique_lock lock(m_mutex);
  const std::chrono::milliseconds interval(m_limits.interval_ms);
  while (!m_wake.wait_for(lock, interval, [&] { return m_stop; })) {
    lock.unlock();
    beat(m_limits.interval_ms);
    if (m_tell) m_tell(false);
    lock.lock();
  }
}

// A disk that refuses a heartbeat does not end the step: its flock says that it is alive.
void Heartbeat::beat(std::int64_t elapsed_ms) {
  for (const auto& line : m_progress.lines(elapsed_ms)) core::log_info(line);
  try {
    end_overdue();
    if (m_lost || state::heartbeat(m_file, m_claim, m_progress.now())) return;
    m_lost = true;
    core::log(core::LogLevel::kError,
              fmt::format("operation {} was taken away: this step stops at its next change",
                          m_claim.operation_id));
  } catch (const core::Error& error) {
    core::log_warning(fmt::format("heartbeat not written: {}", error.what()));
  }
}

void Heartbeat::end_overdue() {
  if (m_limits.max_maintenance_ms == 0 || m_lost) return;
  const auto ended = state::end_overdue(m_file, m_limits.max_maintenance_ms);
  if (!ended) return;
  core::log(core::LogLevel::kError, ended->error);
  m_cancel.cancel(SIGTERM);
}

}  // namespace session
