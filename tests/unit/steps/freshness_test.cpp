#include "catalogue/freshness.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kNow = 500'000 * kHourMs;

state::ArchiveRecord verified(const std::string& id, std::int64_t hours_old) {
  state::ArchiveRecord record;
  record.backup_id = id;
  record.kind = "backup";
  record.status = state::ArchiveStatus::kComplete;
  record.created_ms = kNow - hours_old * kHourMs;
  record.verified_ms = record.created_ms;
  return record;
}

}  // namespace

TEST_CASE("an age is written as minutes, hours or days") {
  CHECK(catalogue::parse_age("26h") == 26 * kHourMs);
  CHECK(catalogue::parse_age("90m") == 90 * 60'000);
  CHECK(catalogue::parse_age("2d") == 48 * kHourMs);
  for (const char* wrong : {"", "h", "26", "2w", "-1h", "1.5h", "26h ", "99999999d"})
    CHECK_THROWS_AS(catalogue::parse_age(wrong), core::Error);
}

TEST_CASE("the newest verified backup is the one that counts") {
  auto unverified = verified("unverified", 1);
  unverified.verified_ms.reset();
  auto unanchored = verified("unanchored", 1);
  unanchored.anchored = false;
  auto damaged = verified("damaged", 1);
  damaged.status = state::ArchiveStatus::kDamaged;
  auto safety = verified("safety", 1);
  safety.kind = "safety";
  const std::vector<state::ArchiveRecord> none{unverified, unanchored, damaged, safety};
  CHECK(catalogue::newest_verified(none, kNow) == nullptr);
  auto some = none;
  for (const auto& more :
       {verified("old", 50), verified("good", 20), verified("from the future", -48)})
    some.push_back(more);
  const auto* newest = catalogue::newest_verified(some, kNow);
  REQUIRE(newest != nullptr);
  CHECK(newest->backup_id == "good");
}

TEST_CASE("a backup that is too old, or none, fails the check with exit 15") {
  const environment::Environment environment;
  const auto code = [&](const std::vector<state::ArchiveRecord>& records) {
    try {
      catalogue::require_fresh(environment, records, 26 * kHourMs, kNow);
    } catch (const core::Error& error) {
      return static_cast<int>(error.code());
    }
    return 0;
  };
  CHECK(code({}) == 15);
  CHECK(code({verified("athena-20261101T010000Z-aaaaaa", 27)}) == 15);
}
