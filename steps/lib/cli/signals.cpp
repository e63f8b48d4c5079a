#include "cli/signals.hpp"

#include <unistd.h>
#include <csignal>
#include <ctime>

namespace cli {

namespace {

constexpr int kStop = SIGUSR2;  // sent by the destructor to its own thread
constexpr time_t kGraceSeconds = 10;

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, kStop}) sigaddset(&set, signal);
  return set;
}

}  // namespace

Signals::Signals(core::CancelToken& cancel) {
  const sigset_t set = watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  m_thread = std::thread([this, &cancel] { wait(cancel); });
}

Signals::~Signals() {
  pthread_kill(m_thread.native_handle(), kStop);
  m_thread.join();
}

void Signals::wait(core::CancelToken& cancel) {
  const sigset_t set = watched();
  int signal = 0;
  sigwait(&set, &signal);
  if (signal == kStop) return;
  cancel.cancel(signal);
  // Waits for the destructor, or ends the process: whatever was under way is what a crash leaves.
  const timespec grace{kGraceSeconds, 0};
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, kStop);
  if (sigtimedwait(&stop, nullptr, &grace) != kStop) _exit(128 + signal);
}

}  // namespace cli
