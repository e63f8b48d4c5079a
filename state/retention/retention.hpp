#pragma once
// Which archives stay. A pure function: the same records, rules and time give the same decisions.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "state/catalogue/archive_record.hpp"

namespace state {

// An archive stays if any rule or floor keeps it. 0 switches a rule off.
struct RetentionRules {
  int keep_days = 60;
  int keep_last = 0;
  int keep_daily = 0;   // the newest of each of the last N days that have one
  int keep_weekly = 0;  // weeks begin on Monday, UTC
  int keep_monthly = 0;
  int min_verified = 3;  // floor: so many of the newest verified ones stay at any age
  int restore_grace_days = 14;
};

struct Decision {
  std::string backup_id;
  bool keep = true;
  std::string reason;  // "younger than 60 days"
  std::int64_t created_ms = 0;
  std::uint64_t size_bytes = 0;
};

// BackupId -> why it must stay whatever the rules say.
using Protected = std::map<std::string, std::string>;

// Decides about every complete or damaged record; writing, failed and pruned ones have no say.
// Newest first. Only verified archives count for keep_last, daily, weekly, monthly and the floors;
// the others stay until keep_days, at least a week, have passed.
std::vector<Decision> plan_prune(const std::vector<ArchiveRecord>& records,
                                 const RetentionRules& rules, std::int64_t now_ms,
                                 const Protected& protected_archives);

}  // namespace state
