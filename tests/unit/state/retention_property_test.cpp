// What retention must never do, on a hundred thousand random histories: nights that failed, pauses,
// clocks that jump, pins, restores, damage, copies that a rebuild took in.
#include <algorithm>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "state/retention/retention.hpp"

namespace {

using state::ArchiveRecord;
using state::ArchiveStatus;

constexpr int kHistories = 100'000;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kYear2026Ms = 1'795'000'000'000;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : m_random(seed) {}
  int below(int count) { return static_cast<int>(m_random() % static_cast<std::uint64_t>(count)); }
  bool one_in(int count) { return below(count) == 0; }

 private:
  std::mt19937_64 m_random;
};

struct History {
  std::vector<ArchiveRecord> records;
  state::RetentionRules rules;
  state::Protected in_use;
  std::int64_t now_ms = kYear2026Ms;
};

ArchiveStatus roll_status(Dice& dice) {
  if (dice.one_in(8)) return ArchiveStatus::kFailed;
  if (dice.one_in(10)) return ArchiveStatus::kDamaged;
  if (dice.one_in(12)) return ArchiveStatus::kPruned;
  return dice.one_in(30) ? ArchiveStatus::kWriting : ArchiveStatus::kComplete;
}

ArchiveRecord roll_record(Dice& dice, int number, std::int64_t created_ms) {
  ArchiveRecord record;
  record.backup_id = "a-" + std::to_string(number);
  record.created_ms = created_ms;
  record.status = roll_status(dice);
  record.anchored = !dice.one_in(15);
  if (record.status == ArchiveStatus::kComplete && !dice.one_in(6)) record.verified_ms = created_ms;
  if (dice.one_in(20)) record.pinned = "audit";
  return record;
}

state::RetentionRules roll_rules(Dice& dice) {
  const auto maybe = [&](int most) { return dice.one_in(2) ? 0 : dice.below(most); };
  return {dice.one_in(4) ? 0 : dice.below(90),
          maybe(6),
          maybe(8),
          maybe(6),
          maybe(6),
          1 + dice.below(5),
          dice.below(20)};
}

// Backups of most nights; sometimes a long pause, and clocks that were wrong for a night.
History roll(Dice& dice) {
  History history;
  history.rules = roll_rules(dice);
  const int count = dice.below(25);
  std::int64_t time = kYear2026Ms - (1 + dice.below(400)) * kDayMs;
  for (int i = 0; i < count; ++i) {
    time += (dice.one_in(12) ? dice.below(120) : 1) * kDayMs + dice.below(7'200'000) - 3'600'000;
    const std::int64_t wrong = dice.one_in(25) ? (dice.below(4000) - 2000) * kDayMs : 0;
    history.records.push_back(roll_record(dice, i, time + wrong));
    if (dice.one_in(20)) history.in_use.emplace(history.records.back().backup_id, "in use");
  }
  history.now_ms = time + dice.below(100) * kDayMs;
  if (dice.one_in(10)) history.now_ms += (dice.below(8000) - 4000) * kDayMs;
  return history;
}

bool counts(const ArchiveRecord& record) {
  return record.status == ArchiveStatus::kComplete && record.verified_ms && record.anchored;
}

bool has_say(const ArchiveRecord& record) {
  return record.status == ArchiveStatus::kComplete || record.status == ArchiveStatus::kDamaged;
}

std::vector<state::Decision> plan(const History& history) {
  return plan_prune(history.records, history.rules, history.now_ms, history.in_use);
}

std::set<std::string> kept(const std::vector<state::Decision>& decisions) {
  std::set<std::string> ids;
  for (const auto& decision : decisions)
    if (decision.keep) ids.insert(decision.backup_id);
  return ids;
}

// Those that count, newest first.
std::vector<const ArchiveRecord*> verified_of(const History& history) {
  std::vector<const ArchiveRecord*> list;
  for (const auto& record : history.records)
    if (counts(record)) list.push_back(&record);
  std::sort(list.begin(), list.end(), [](const auto* a, const auto* b) {
    return a->created_ms != b->created_ms ? a->created_ms > b->created_ms
                                          : a->backup_id > b->backup_id;
  });
  return list;
}

template <typename Predicate>
History without(History history, const Predicate& predicate) {
  std::erase_if(history.records, predicate);
  return history;
}

// Empty: every promise is kept.
std::string broken_promise(const History& history) {
  const auto decisions = plan(history);
  const auto stays = kept(decisions);
  const auto verified = verified_of(history);
  if (decisions.size() != static_cast<std::size_t>(std::count_if(history.records.begin(),
                                                                 history.records.end(), has_say)))
    return "decides once about every archive that has a file";
  for (const auto& record : history.records) {
    if (!has_say(record) || stays.count(record.backup_id) > 0) continue;
    if (record.pinned) return "a pinned archive stays";
    if (history.in_use.count(record.backup_id) > 0) return "an archive in use stays";
    if (record.created_ms > history.now_ms) return "an archive of the future stays";
    if (history.now_ms - record.created_ms < history.rules.keep_days * kDayMs)
      return "an archive younger than keep_days stays";
  }
  const auto floor = std::max({1, history.rules.min_verified, history.rules.keep_last});
  for (std::size_t i = 0; i < verified.size() && i < static_cast<std::size_t>(floor); ++i)
    if (stays.count(verified[i]->backup_id) == 0) return "the newest verified ones stay";
  const auto goes = [&](const ArchiveRecord& record) {
    return has_say(record) && stays.count(record.backup_id) == 0;
  };
  if (kept(plan(without(history, goes))) != stays) return "a second run removes nothing more";
  const auto trusted =
      kept(plan(without(history, [](const auto& record) { return !counts(record); })));
  for (const auto* record : verified)
    if (stays.count(record->backup_id) != trusted.count(record->backup_id))
      return "what is not verified displaces nothing";
  return "";
}

}  // namespace

TEST_CASE("retention keeps its promises on a hundred thousand random histories") {
  const std::uint64_t seed = std::random_device{}();
  Dice dice(seed);
  for (int i = 0; i < kHistories; ++i) {
    const auto broken = broken_promise(roll(dice));
    if (!broken.empty()) FAIL("seed " << seed << ", history " << i << ": broken: " << broken);
  }
  SUCCEED();
}
