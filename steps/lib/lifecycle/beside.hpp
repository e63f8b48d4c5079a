#pragma once
// Removes what restores left beside live data, after an operation has ended.

#include "lifecycle/lifecycle.hpp"

namespace lifecycle {

// Runs the executable `sweep` where something stands beside a live environment and no restore runs.
// It links what reads databases, `operation` does not. Never throws: what stays is told in the log,
// and removed the next time.
void sweep_beside(const Scene& scene) noexcept;

}  // namespace lifecycle
