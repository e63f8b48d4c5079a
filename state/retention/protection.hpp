#pragma once
// What the recorded operations protect from pruning.

#include "state/retention/retention.hpp"
#include "state/state_file.hpp"

namespace state {

// Target and safety archive of a running operation, of a closed environment, and of the last
// restore for restore_grace_days.
Protected protected_archives(const StateFile& file, const RetentionRules& rules);

}  // namespace state
