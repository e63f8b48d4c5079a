#include "state/operations/liveness.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/state/fixture.hpp"

using namespace state_test;

namespace {

struct Case {
  MovedClock clock;
  state::Operation operation;
  state::LivenessRules rules;

  Case() {
    operation.build_url = "http://jenkins/b/1/";
    operation.heartbeat_ms = clock.now;
    operation.heartbeat_boottime_ms = clock.boottime;
    operation.boot_id = clock.boot;
  }
  bool dead(bool step = false) const { return state::is_dead(operation, step, rules, clock); }
  void answer(std::optional<bool> ended) {
    rules.build_ended = [ended](const std::string&) { return ended; };
  }
};

}  // namespace

TEST_CASE("a running step is alive however long it is silent") {
  Case at;
  at.answer(true);
  at.clock.move(10 * kDayMs);
  CHECK_FALSE(at.dead(true));
  CHECK(at.dead(false));
}

TEST_CASE("within its lease an operation is alive even when its build has ended") {
  Case at;
  at.answer(true);
  at.clock.move(state::kLeaseMs - 1);
  CHECK_FALSE(at.dead());
  at.clock.move(1);
  CHECK(at.dead());
}

TEST_CASE("a build that still runs keeps its operation alive") {
  Case at;
  at.answer(false);
  at.clock.move(kDayMs);
  CHECK_FALSE(at.dead());
}

TEST_CASE("a build that cannot be asked counts as ended after takeover_after_minutes") {
  Case at;
  at.answer(std::nullopt);
  at.clock.move(30 * kMinuteMs - 1);
  CHECK_FALSE(at.dead());
  at.clock.move(1);
  CHECK(at.dead());
}

TEST_CASE("the calendar clock does not end a lease within one boot") {
  Case at;
  at.answer(true);
  at.clock.now += 10 * kDayMs;
  CHECK_FALSE(at.dead());
}

TEST_CASE("a reboot ends the lease at once") {
  Case at;
  at.answer(true);
  at.clock.boot = "boot-2";
  at.clock.boottime = 1000;
  CHECK(at.dead());
  at.answer(std::nullopt);
  CHECK_FALSE(at.dead());
  at.clock.now += 30 * kMinuteMs;
  CHECK(at.dead());
}

TEST_CASE(
    "a clock that was ahead before a reboot keeps a dead operation no longer than any other") {
  Case at;
  at.clock.now -= 20 * kDayMs;
  at.clock.boot = "boot-2";
  at.clock.boottime = 30 * kMinuteMs - 1;
  CHECK_FALSE(at.dead());
  at.clock.move(1);
  CHECK(at.dead());
}

TEST_CASE("the step lock is held by one at a time and says by whom") {
  Folder folder;
  const auto path = (folder.path() / "x.step").string();
  {
    const auto lock = state::StepLock::try_acquire(path);
    REQUIRE(lock);
    lock->describe("snapshot, pid 7");
    CHECK_FALSE(state::StepLock::try_acquire(path));
    CHECK(state::step_is_running(path));
    CHECK(state::step_holder(path) == "snapshot, pid 7");
  }
  CHECK_FALSE(state::step_is_running(path));
}
