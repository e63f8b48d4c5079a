#pragma once
// SIGTERM, SIGINT and SIGHUP are blocked in every thread and taken by one thread that sets the
// CancelToken. SIGPIPE is ignored.

#include <thread>

#include "core/cancel_token.hpp"

namespace cli {

class Signals {
 public:
  // Before any other thread is started. A step that has not ended 10 s after the signal is ended.
  explicit Signals(core::CancelToken& cancel);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  void wait(core::CancelToken& cancel);

  std::thread m_thread;
};

}  // namespace cli
