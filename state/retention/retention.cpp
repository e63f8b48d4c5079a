#include "state/retention/retention.hpp"

#include <algorithm>
#include <ctime>
#include <limits>

#include <fmt/format.h>

namespace state {

namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr int kShortestUnverifiedDays = 7;

std::int64_t day_of(std::int64_t unix_ms) {
  return unix_ms / kDayMs;
}

// 1970-01-01 was a Thursday.
std::int64_t week_of(std::int64_t unix_ms) {
  return (day_of(unix_ms) + 3) / 7;
}

std::int64_t month_of(std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return std::int64_t{parts.tm_year} * 12 + parts.tm_mon;
}

// Fed with verified archives, newest first: takes the first of each period until `count` are full.
class Periods {
 public:
  Periods(int count, std::int64_t (*period_of)(std::int64_t))
      : m_left(count), m_period_of(period_of) {}

  bool takes(std::int64_t created_ms) {
    if (m_left <= 0) return false;
    const std::int64_t period = m_period_of(created_ms);
    if (period == m_last) return false;
    m_last = period;
    --m_left;
    return true;
  }

 private:
  int m_left;
  std::int64_t (*m_period_of)(std::int64_t);
  std::int64_t m_last = std::numeric_limits<std::int64_t>::max();
};

class Planner {
 public:
  Planner(const RetentionRules& rules, std::int64_t now_ms, const Protected& protected_archives)
      : m_rules(rules),
        m_now_ms(now_ms),
        m_protected(protected_archives),
        m_young(fmt::format("younger than {} days", rules.keep_days)),
        m_daily(rules.keep_daily, day_of),
        m_weekly(rules.keep_weekly, week_of),
        m_monthly(rules.keep_monthly, month_of) {}

  Decision decide(const ArchiveRecord& record) {
    const bool verified =
        record.status == ArchiveStatus::kComplete && record.verified_ms && record.anchored;
    // Every verified one is counted, also those that stay for another reason.
    std::string reason = verified ? rule_for_verified(record) : rule_for_unverified(record);
    if (const std::string always = must_stay(record); !always.empty()) reason = always;
    Decision decision{record.backup_id, !reason.empty(), reason, record.created_ms,
                      record.size_bytes};
    if (!decision.keep) decision.reason = why_not(record, verified);
    return decision;
  }

 private:
  std::string must_stay(const ArchiveRecord& record) const {
    if (record.pinned) return "pinned: " + *record.pinned;
    if (const auto found = m_protected.find(record.backup_id); found != m_protected.end())
      return found->second;
    if (record.created_ms > m_now_ms) return "dated in the future";
    return "";
  }

  std::string rule_for_verified(const ArchiveRecord& record) {
    const int place = m_verified++;
    const bool daily = m_daily.takes(record.created_ms);
    const bool weekly = m_weekly.takes(record.created_ms);
    const bool monthly = m_monthly.takes(record.created_ms);
    if (place == 0) return "the newest verified one";
    if (is_young(record, m_rules.keep_days)) return m_young;
    if (place < m_rules.keep_last) return fmt::format("one of the last {}", m_rules.keep_last);
    if (daily) return "the newest of its day";
    if (weekly) return "the newest of its week";
    if (monthly) return "the newest of its month";
    if (place < m_rules.min_verified)
      return fmt::format("one of the {} newest verified ones", m_rules.min_verified);
    return "";
  }

  std::string rule_for_unverified(const ArchiveRecord& record) const {
    const int days = std::max(m_rules.keep_days, kShortestUnverifiedDays);
    if (!is_young(record, days)) return "";
    return fmt::format("not verified, but younger than {} days", days);
  }

  bool is_young(const ArchiveRecord& record, int days) const {
    return m_now_ms - record.created_ms < days * kDayMs;
  }

  std::string why_not(const ArchiveRecord& record, bool verified) const {
    const char* what = verified                                   ? "no rule keeps it"
                       : record.status == ArchiveStatus::kDamaged ? "damaged"
                                                                  : "never verified";
    return fmt::format("{} days old, {}", (m_now_ms - record.created_ms) / kDayMs, what);
  }

  const RetentionRules& m_rules;
  const std::int64_t m_now_ms;
  const Protected& m_protected;
  const std::string m_young;
  int m_verified = 0;
  Periods m_daily;
  Periods m_weekly;
  Periods m_monthly;
};

}  // namespace

std::vector<Decision> plan_prune(const std::vector<ArchiveRecord>& records,
                                 const RetentionRules& rules, std::int64_t now_ms,
                                 const Protected& protected_archives) {
  std::vector<const ArchiveRecord*> order;
  for (const auto& record : records)
    if (record.status == ArchiveStatus::kComplete || record.status == ArchiveStatus::kDamaged)
      order.push_back(&record);
  std::sort(order.begin(), order.end(), [](const ArchiveRecord* a, const ArchiveRecord* b) {
    return a->created_ms != b->created_ms ? a->created_ms > b->created_ms
                                          : a->backup_id > b->backup_id;
  });
  Planner planner(rules, now_ms, protected_archives);
  std::vector<Decision> decisions;
  decisions.reserve(order.size());
  for (const auto* record : order) decisions.push_back(planner.decide(*record));
  return decisions;
}

}  // namespace state
