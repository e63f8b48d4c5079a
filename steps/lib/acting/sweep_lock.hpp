#pragma once
// Held while what stands beside live data is staged or removed: stage and sweep never do it at
// once.

#include "core/cancel_token.hpp"
#include "core/unique_fd.hpp"
#include "environment/environment.hpp"

namespace acting {

class SweepLock {
 public:
  // Waits for up to a minute; then throws Error(kBusy).
  SweepLock(const environment::Environment& environment, core::CancelToken& cancel);

 private:
  core::UniqueFd m_fd;
};

}  // namespace acting
