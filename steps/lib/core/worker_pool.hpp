#pragma once
// Runs jobs on a few threads, in the order given. The first exception stops the rest and is
// rethrown.

#include <cstddef>
#include <functional>
#include <vector>

#include "core/cancel_token.hpp"

namespace core {

using Job = std::function<void()>;

// Cores of this machine, at least 2.
std::size_t default_workers();

// Returns when all jobs have ended. After the first failure no further job starts; jobs under way
// end by themselves. Throws that failure, or Cancelled.
void run_all(std::vector<Job> jobs, std::size_t workers, const CancelToken& cancel);

}  // namespace core
