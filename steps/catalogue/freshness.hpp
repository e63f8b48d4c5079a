#pragma once
// `catalogue check`: is there a verified backup that is young enough? For a nightly alarm.

#include <cstdint>
#include <string>
#include <vector>

#include "environment/environment.hpp"
#include "state/catalogue/archive_record.hpp"

namespace catalogue {

// "26h", "90m", "2d" -> milliseconds. Throws Error(kUsage).
std::int64_t parse_age(const std::string& text);

// The newest backup (no safety archive) that is complete, verified, anchored and not dated in the
// future; null when there is none.
const state::ArchiveRecord* newest_verified(const std::vector<state::ArchiveRecord>& records,
                                            std::int64_t now_ms);

// Throws Error(kIntegrity) when the newest is older than `max_age_ms`, is none, or its file has
// gone.
const state::ArchiveRecord& require_fresh(const environment::Environment& environment,
                                          const std::vector<state::ArchiveRecord>& records,
                                          std::int64_t max_age_ms, std::int64_t now_ms);

}  // namespace catalogue
