#pragma once
// The thread that tells that the step is alive: progress lines into the log, heartbeat, phase and
// percent into the state file. When the operation is not ours any more it says so; Lease::check()
// stops the step. A backup that keeps users out for too long is ended here, and the step cancelled.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "core/cancel_token.hpp"
#include "session/progress.hpp"
#include "state/operations/changes.hpp"
#include "state/state_file.hpp"

namespace session {

class Heartbeat {
 public:
  struct Limits {
    int interval_ms;
    std::int64_t max_maintenance_ms;  // 0: none
  };
  // `tell`: see session::Where.
  Heartbeat(state::StateFile& file, state::Claim claim, Progress& progress,
            core::CancelToken& cancel, Limits limits, std::function<void(bool)> tell = {});
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  void run();
  void beat(std::int64_t elapsed_ms);
  void end_overdue();

  state::StateFile& m_file;
  state::Claim m_claim;
  Progress& m_progress;
  core::CancelToken& m_cancel;
  const Limits m_limits;
  const std::function<void(bool)> m_tell;
  std::mutex m_mutex;
  std::condition_variable m_wake;
  bool m_stop = false;
  bool m_lost = false;
  std::thread m_thread;
};

}  // namespace session
