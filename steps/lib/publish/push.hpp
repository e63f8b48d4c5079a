#pragma once
// Runs the executable `publish`, which publishes the view in Firebase. Does nothing for an
// environment that publishes nowhere.

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "core/cancel_token.hpp"
#include "environment/environment.hpp"

namespace publish {

// One thread at a time. What goes wrong is a warning, told once until it goes well again.
class Push {
 public:
  explicit Push(const environment::Environment& environment);
  ~Push();  // ends the one that runs: the next step publishes what it did not
  Push(const Push&) = delete;
  Push& operator=(const Push&) = delete;

  // Begins one, unless one runs, or, when it is not wanted `at_once`, the last is not long ago.
  void begin(bool at_once) noexcept;
  // Publishes what is there now, and waits for it, at most publish.timeout_seconds each.
  void finish() noexcept;

 private:
  bool is_wanted() const { return !m_environment.publish.is_null(); }
  void run() noexcept;
  std::string attempt() const;  // what went wrong; empty: nothing
  void join();

  const environment::Environment& m_environment;
  core::CancelToken m_cancel;
  std::thread m_thread;
  std::atomic<bool> m_running{false};
  std::string m_trouble;  // told already
  std::chrono::steady_clock::time_point m_rest_until{};
};

}  // namespace publish
