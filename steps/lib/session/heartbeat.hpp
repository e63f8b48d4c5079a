#pragma once
// The thread that tells that the step is alive: progress lines into the log, heartbeat, phase and
// percent into the state file. When the operation is not ours any more it says so; Lease::check()
// stops the step.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "session/progress.hpp"
#include "state/operations/changes.hpp"
#include "state/state_file.hpp"

namespace session {

class Heartbeat {
 public:
  Heartbeat(state::StateFile& file, state::Claim claim, Progress& progress, int interval_ms);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  void run();
  void beat(std::int64_t elapsed_ms);

  state::StateFile& m_file;
  state::Claim m_claim;
  Progress& m_progress;
  const int m_interval_ms;
  std::mutex m_mutex;
  std::condition_variable m_wake;
  bool m_stop = false;
  bool m_lost = false;
  std::thread m_thread;
};

}  // namespace session
