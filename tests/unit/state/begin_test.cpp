#include "state/operations/begin.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/state/fixture.hpp"

using namespace state_test;

TEST_CASE("a second operation of any kind is refused and the holder is named") {
  Fixture at;
  const auto target = at.backup();
  const bool first_restores = GENERATE(false, true);
  const bool second_restores = GENERATE(false, true);
  at.begin(first_restores ? restore_request(target, "http://jenkins/first/")
                          : backup_request("http://jenkins/first/"));
  const auto second = [&] {
    at.begin(second_restores ? restore_request(target, "http://jenkins/second/")
                             : backup_request("http://jenkins/second/"));
  };
  CHECK(code_of(second) == 11);
  const auto message = message_of(second);
  CHECK_THAT(message, Catch::Contains(first_restores ? "restore by" : "backup by"));
  CHECK_THAT(message, Catch::Contains("http://jenkins/first/"));
  CHECK_THAT(message, Catch::Contains("anna"));
  CHECK_THAT(message, Catch::Contains("2026-11-23T03:3"));
  CHECK_THAT(message, Catch::Contains("phase begin"));
}

TEST_CASE("after the first has finished the next one may begin") {
  Fixture at;
  at.backup();
  CHECK(at.begin(backup_request()).epoch == 2);
}

TEST_CASE("a build that waited in the queue behind an operation is refused") {
  Fixture at;
  auto late = backup_request("http://jenkins/late/");
  late.scheduled_ms = at.clock.now + 1;
  at.backup();
  CHECK(code_of([&] { at.begin(late); }) == 11);
  late.scheduled_ms = at.clock.now;
  CHECK(code_of([&] { at.begin(late); }) == 0);
}

TEST_CASE("an operation that ended while the clock was ahead refuses no later one") {
  Fixture at;
  at.clock.now += 20 * kDayMs;
  at.backup("http://jenkins/ahead/");
  at.clock.now -= 20 * kDayMs;
  const auto begun = state::begin_operation(at.file, backup_request(), at.rules);
  CHECK(begun.operation.clock_jump);  // so that nothing is pruned until a person confirms
}

TEST_CASE("a clock that was ahead does not let a build in that waited behind an operation") {
  Fixture at;
  auto late = backup_request("http://jenkins/late/");
  late.scheduled_ms = at.clock.now + 1;
  at.backup();
  at.clock.now += 20 * kDayMs;
  at.backup("http://jenkins/ahead/");
  at.clock.now -= 20 * kDayMs;
  CHECK(code_of([&] { at.begin(late); }) == 11);
}

TEST_CASE("a restore is refused for a BackupId that is not one whole archive of this environment") {
  Fixture at;
  const auto known = at.backup();
  CHECK(code_of([&] { at.begin(restore_request("")); }) == 2);
  CHECK(code_of([&] { at.begin(restore_request("../../etc/passwd")); }) == 2);
  CHECK(code_of([&] { at.begin(restore_request("athena-20261123T033000Z-ffffff")); }) == 10);
  CHECK(code_of([&] { at.begin(restore_request("other-20261123T033000Z-ffffff")); }) == 10);
  const auto claim = at.begin(backup_request("http://jenkins/b/2/"));
  state::record_damage(at.file, claim, known, "member 3 differs");
  at.finish(claim);
  at.clock.move(kMinuteMs);
  CHECK(code_of([&] { at.begin(restore_request(known)); }) == 15);
}

TEST_CASE("a pruned archive cannot be restored") {
  Fixture at;
  const auto id = at.backup();
  const auto claim = at.begin(backup_request("http://jenkins/b/2/"));
  state::record_pruned(at.file, claim, id);
  at.finish(claim);
  at.clock.move(kMinuteMs);
  CHECK(code_of([&] { at.begin(restore_request(id)); }) == 10);
  CHECK_THAT(message_of([&] { at.begin(restore_request(id)); }), Catch::Contains("was pruned on"));
}

TEST_CASE("the same RequestId does its work once") {
  Fixture at;
  auto request = backup_request();
  request.request_id = "app-1";
  const auto claim = at.begin(request);
  CHECK(code_of([&] { at.begin(request); }) == 11);
  const auto id = at.snapshot(claim);
  at.verify(claim, id);
  at.finish(claim);
  at.clock.move(kMinuteMs);

  const auto again = state::begin_operation(at.file, request, at.rules);
  CHECK(again.already_done);
  CHECK(again.backup_id == id);

  auto other = request;
  other.description = "something else";
  CHECK(code_of([&] { at.begin(other); }) == 2);

  auto replay = request;
  replay.replay_of = "#1";
  CHECK_FALSE(state::begin_operation(at.file, replay, at.rules).already_done);
}

TEST_CASE("a RequestId whose operation failed asks for a new one") {
  Fixture at;
  auto request = backup_request();
  request.request_id = "app-1";
  const auto claim = at.begin(request);
  at.fail_step(claim, "preflight", 13);
  CHECK(at.finish(claim).outcome == state::Outcome::kFailed);
  at.clock.move(kMinuteMs);
  CHECK(code_of([&] { at.begin(request); }) == 18);
}

TEST_CASE("a nightly backup is tried again until one of its day is verified") {
  Fixture at;
  auto request = backup_request();
  request.request_id = "nightly 2026-11-23";
  request.nightly = true;
  auto claim = at.begin(request);
  CHECK(code_of([&] { at.begin(request); }) == 11);
  at.fail_step(claim, "preflight", 13);
  at.finish(claim);
  at.clock.move(kMinuteMs);

  request.description = "other words make no other day";
  claim = at.begin(request);
  const auto id = at.snapshot(claim);
  at.verify(claim, id);
  at.fail_step(claim, "prune", 16);
  CHECK(at.finish(claim).outcome == state::Outcome::kFailed);
  at.clock.move(kMinuteMs);

  const auto again = state::begin_operation(at.file, request, at.rules);
  CHECK(again.already_done);
  CHECK(again.backup_id == id);
  request.request_id = "nightly 2026-11-24";
  CHECK_FALSE(state::begin_operation(at.file, request, at.rules).already_done);
}

TEST_CASE("an empty RequestId never matches another") {
  Fixture at;
  at.backup();
  auto other = backup_request();
  other.description = "by hand";
  CHECK(code_of([&] { at.begin(other); }) == 0);
}

TEST_CASE("AllowMissing needs a reason") {
  Fixture at;
  auto request = backup_request();
  request.allow_missing["elasticsearch"] = "";
  CHECK(code_of([&] { at.begin(request); }) == 2);
}
