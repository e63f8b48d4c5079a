#include "state/retention/retention.hpp"

#include <algorithm>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "state/retention/protection.hpp"
#include "tests/unit/state/fixture.hpp"

using namespace state_test;
using state::ArchiveStatus;

namespace {

constexpr std::int64_t kNow = 1'795'404'600'000;  // Monday, 2026-11-23T03:30:00Z

state::ArchiveRecord archive(double days_old, bool verified = true) {
  state::ArchiveRecord record;
  record.created_ms = kNow - static_cast<std::int64_t>(days_old * kDayMs);
  record.backup_id = core::make_backup_id("athena", record.created_ms);
  record.status = ArchiveStatus::kComplete;
  if (verified) record.verified_ms = record.created_ms;
  return record;
}

std::vector<state::ArchiveRecord> nightly(int days) {
  std::vector<state::ArchiveRecord> records;
  for (int day = 0; day < days; ++day) records.push_back(archive(day + 0.1));
  return records;
}

state::RetentionRules only_floor(int min_verified) {
  state::RetentionRules rules;
  rules.keep_days = 0;
  rules.min_verified = min_verified;
  return rules;
}

std::size_t kept(const std::vector<state::ArchiveRecord>& records,
                 const state::RetentionRules& rules, const state::Protected& always = {}) {
  const auto decisions = state::plan_prune(records, rules, kNow, always);
  return static_cast<std::size_t>(
      std::count_if(decisions.begin(), decisions.end(), [](const auto& d) { return d.keep; }));
}

}  // namespace

TEST_CASE("nightly archives stay for keep_days") {
  CHECK(kept(nightly(100), {}) == 60);
}

TEST_CASE("the newest verified archives stay at any age") {
  CHECK(kept({archive(400), archive(500), archive(600), archive(700)}, {}) == 3);
  CHECK(kept({archive(400), archive(500)}, only_floor(1)) == 1);
}

TEST_CASE("keep_last, daily, weekly and monthly each keep what they promise") {
  auto rules = only_floor(1);
  rules.keep_last = 5;
  CHECK(kept(nightly(100), rules) == 5);
  rules = only_floor(1);
  rules.keep_daily = 7;
  CHECK(kept(nightly(100), rules) == 7);
  rules = only_floor(1);
  rules.keep_weekly = 4;
  CHECK(kept(nightly(100), rules) == 4);
  rules = only_floor(1);
  rules.keep_monthly = 3;
  CHECK(kept(nightly(100), rules) == 3);
}

TEST_CASE("of several archives of one day the newest stays as the day's") {
  auto rules = only_floor(1);
  rules.keep_daily = 2;
  const std::vector<state::ArchiveRecord> records{archive(0.01), archive(0.02), archive(1.01),
                                                  archive(1.02)};
  const auto decisions = state::plan_prune(records, rules, kNow, {});
  CHECK(decisions[0].keep);
  CHECK_FALSE(decisions[1].keep);
  CHECK(decisions[2].keep);
  CHECK(decisions[2].reason == "the newest of its day");
  CHECK_FALSE(decisions[3].keep);
}

TEST_CASE("unverified archives fill no place of a rule and expire by age") {
  CHECK(kept({archive(10, false), archive(70, false), archive(80), archive(90)}, only_floor(1)) ==
        1);
  CHECK(kept({archive(10, false), archive(70, false)}, {}) == 1);
  CHECK(kept({archive(6, false), archive(8, false)}, only_floor(1)) == 1);
}

TEST_CASE("an archive that is not anchored does not count as verified") {
  auto found = archive(70);
  found.anchored = false;
  const std::vector<state::ArchiveRecord> records{found, archive(80)};
  CHECK(kept(records, only_floor(1)) == 1);
}

TEST_CASE("pinned and protected archives stay and say why") {
  auto pinned = archive(900);
  pinned.pinned = "before the migration";
  const auto in_use = archive(800);
  const std::vector<state::ArchiveRecord> records{archive(1), archive(2), archive(3), in_use,
                                                  pinned};
  const auto decisions =
      state::plan_prune(records, {}, kNow, {{in_use.backup_id, "in use by the running restore"}});
  CHECK(decisions[3].reason == "in use by the running restore");
  CHECK(decisions[4].reason == "pinned: before the migration");
  CHECK(decisions[4].keep);
}

TEST_CASE("an archive dated in the future stays") {
  CHECK(kept({archive(-40, false), archive(1)}, only_floor(1)) == 2);
}

TEST_CASE("archives without a file have no say") {
  auto writing = archive(100);
  writing.status = ArchiveStatus::kWriting;
  auto pruned = archive(100);
  pruned.status = ArchiveStatus::kPruned;
  CHECK(state::plan_prune({writing, pruned}, {}, kNow, {}).empty());
}

TEST_CASE("prune keeps the archive that a restore is reading") {
  Fixture at;
  const auto target = at.backup();
  const auto claim = at.begin(restore_request(target));
  const auto always = state::protected_archives(at.file, {});
  REQUIRE(always.count(target) == 1);
  CHECK(always.at(target) == "in use by the running restore");
  at.finish(claim);
  CHECK(state::protected_archives(at.file, {}).empty());
}

TEST_CASE("the archives of the last restore stay for the grace time, and while it is unfinished") {
  Fixture at;
  const auto target = at.backup();
  const auto claim = at.begin(restore_request(target));
  const auto safety = at.prepare_restore(claim, target);
  state::set_state(at.file, claim, state::EnvironmentState::kDestroying, {"mysql"}, target);
  at.finish(claim);
  at.clock.move(100 * kDayMs);
  CHECK(state::protected_archives(at.file, {}).size() == 2);

  const auto again = at.begin(restore_request(target, "http://jenkins/r/2/"));
  state::set_state(at.file, again, state::EnvironmentState::kDestroying, {"mysql"}, target);
  state::record_proved(at.file, again);
  at.finish(again);
  at.clock.move(13 * kDayMs);
  CHECK(state::protected_archives(at.file, {}).count(safety) == 1);
  at.clock.move(2 * kDayMs);
  CHECK(state::protected_archives(at.file, {}).empty());
}

TEST_CASE("whatever the history, retention keeps its promises") {
  std::mt19937_64 random(20261123);
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 3000; ++round) {
    std::vector<state::ArchiveRecord> records;
    state::Protected always;
    for (int i = upto(60); i > 0; --i) {
      records.push_back(archive(upto(40000) / 100.0 - 1, upto(3) > 0));
      if (upto(10) == 0) records.back().status = ArchiveStatus::kDamaged;
      if (upto(15) == 0) records.back().pinned = "because";
      if (upto(15) == 0) always[records.back().backup_id] = "in use";
    }
    const state::RetentionRules rules{upto(90), upto(5), upto(9), upto(5), upto(5), 1 + upto(4)};
    const auto decisions = state::plan_prune(records, rules, kNow, always);
    REQUIRE(decisions.size() == records.size());

    std::set<std::string> stays;
    for (const auto& decision : decisions) {
      REQUIRE_FALSE(decision.reason.empty());
      if (decision.keep) stays.insert(decision.backup_id);
    }
    std::vector<const state::ArchiveRecord*> verified;
    for (const auto& record : records) {
      const bool stayed = stays.count(record.backup_id) == 1;
      if (record.pinned || always.count(record.backup_id) == 1) REQUIRE(stayed);
      if (kNow - record.created_ms < rules.keep_days * kDayMs) REQUIRE(stayed);
      if (record.status == ArchiveStatus::kComplete && record.verified_ms)
        verified.push_back(&record);
    }
    std::sort(verified.begin(), verified.end(), [](auto* a, auto* b) {
      return std::pair(a->created_ms, a->backup_id) > std::pair(b->created_ms, b->backup_id);
    });
    const auto floor = static_cast<std::size_t>(std::max(rules.min_verified, rules.keep_last));
    for (std::size_t i = 0; i < std::min(floor, verified.size()); ++i)
      REQUIRE(stays.count(verified[i]->backup_id) == 1);

    // What prune leaves is what a second prune leaves.
    std::vector<state::ArchiveRecord> left;
    for (const auto& record : records)
      if (stays.count(record.backup_id) == 1) left.push_back(record);
    REQUIRE(kept(left, rules, always) == left.size());
  }
}
