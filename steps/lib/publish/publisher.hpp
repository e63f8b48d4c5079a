#pragma once
// Tells people of every change: called by steps as they go. Publishing never fails a step and never
// holds it up for long: what goes wrong is a warning, and the next call catches up. The view is
// written here; where it is published in Firebase too, the executable `publish` beside this one
// does that, so that no step that must start at once loads libcurl.

#include <chrono>
#include <memory>
#include <string>

#include "environment/environment.hpp"
#include "publish/push.hpp"
#include "state/state_file.hpp"

namespace publish {

// One thread at a time.
class Publisher {
 public:
  // `environment` must outlive it.
  explicit Publisher(const environment::Environment& environment,
                     const core::Clock& clock = core::system_clock());

  // From a step: `at_once` when it begins or ends; else a heartbeat, which a large catalogue may
  // skip. Uses a connection of its own: the step's is not held.
  void tell(bool at_once) noexcept;
  // The same, and waits until it is published everywhere, at most publish.timeout_seconds.
  void tell_all() noexcept;

 private:
  void write() noexcept;

  const environment::Environment& m_environment;
  const core::Clock& m_clock;
  std::unique_ptr<state::StateFile> m_file;
  std::chrono::steady_clock::time_point m_rest_until{};
  std::string m_trouble;  // told already
  Push m_push;
};

// Publishes when it goes out of scope, whether or not the change went well: for what happens
// outside of a step's session (begin, finish, pin).
class AfterChange {
 public:
  // `quick`: leave a large catalogue to the next step, which follows at once.
  explicit AfterChange(const environment::Environment& environment, bool quick = false)
      : m_environment(environment), m_quick(quick) {}
  ~AfterChange();
  AfterChange(const AfterChange&) = delete;
  AfterChange& operator=(const AfterChange&) = delete;

 private:
  const environment::Environment& m_environment;
  bool m_quick;
};

}  // namespace publish
