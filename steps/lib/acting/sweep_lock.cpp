#include "acting/sweep_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include "core/error.hpp"

namespace acting {

namespace {
constexpr int kWaitMs = 60'000;
constexpr int kPauseMs = 100;
constexpr mode_t kPrivate = 0600;
}  // namespace

SweepLock::SweepLock(const environment::Environment& environment, core::CancelToken& cancel)
    : m_fd(core::open_fd(environment.state_file() + ".sweep", O_RDWR | O_CREAT, kPrivate)) {
  for (int waited = 0; ::flock(m_fd.get(), LOCK_EX | LOCK_NB) != 0; waited += kPauseMs) {
    if (waited >= kWaitMs)
      throw core::Error(core::ExitCode::kBusy,
                        "what an earlier restore left beside the live data is being removed",
                        "try again in some minutes");
    cancel.sleep_ms(kPauseMs);
  }
}

}  // namespace acting
