#include "state/operations/end.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/state/fixture.hpp"

using namespace state_test;
using state::Outcome;

TEST_CASE("a backup whose archive was verified has succeeded") {
  Fixture at;
  const auto claim = at.begin(backup_request());
  at.verify(claim, at.snapshot(claim));
  CHECK(at.finish(claim).outcome == Outcome::kSucceeded);
}

TEST_CASE("a backup that was never verified has not succeeded") {
  Fixture at;
  const auto claim = at.begin(backup_request());
  at.snapshot(claim);
  CHECK(at.finish(claim).outcome == Outcome::kAborted);
}

TEST_CASE("a failed step makes the operation failed and its words are kept") {
  Fixture at;
  const auto claim = at.begin(backup_request());
  at.fail_step(claim, "preflight", 13);
  const auto ended = at.finish(claim);
  CHECK(ended.outcome == Outcome::kFailed);
  CHECK(ended.error == "preflight failed: it broke");
}

TEST_CASE("a step that was repeated counts by its last run") {
  Fixture at;
  const auto claim = at.begin(backup_request());
  const auto id = at.snapshot(claim);
  at.fail_step(claim, "verify", 16);
  at.verify(claim, id);
  CHECK(at.finish(claim).outcome == Outcome::kSucceeded);
}

TEST_CASE("a killed step makes the operation aborted and its archive failed") {
  Fixture at;
  const auto claim = at.begin(backup_request());
  at.step(claim, "maintenance on", [&] { state::own_maintenance(at.file, claim, false); });
  state::begin_phase(at.file, claim.operation_id, "snapshot", false, "0.1.0");
  const auto id = state::begin_archive(at.file, claim);
  CHECK(at.finish(claim).outcome == Outcome::kAborted);
  CHECK(state::get_archive(at.file, id).status == state::ArchiveStatus::kFailed);
}

TEST_CASE("a refused build does not end the winner") {
  Fixture at;
  const auto claim = at.begin(backup_request("http://jenkins/winner/"));
  CHECK_FALSE(state::find_own(at.file, "", "http://jenkins/loser/"));
  CHECK_FALSE(state::find_own(at.file, "", ""));
  CHECK_FALSE(state::find_own(at.file, claim.operation_id, "http://jenkins/loser/"));
  CHECK(state::find_own(at.file, "", "http://jenkins/winner/"));
  CHECK(state::find_own(at.file, claim.operation_id, ""));
}

TEST_CASE("trouble while finishing turns a success into a failure") {
  Fixture at;
  const auto claim = at.begin(backup_request());
  at.verify(claim, at.snapshot(claim));
  const auto own = state::find_own(at.file, claim.operation_id, "");
  const auto ended = state::finish_operation(at.file, own.value(), "the site still answers 503");
  CHECK(ended.outcome == Outcome::kFailed);
  CHECK(ended.error == "the site still answers 503");
}

TEST_CASE("a refused step is recorded and named by the outcome") {
  Fixture at;
  const auto claim = at.begin(backup_request());
  CHECK(code_of([&] {
          state::begin_phase(at.file, claim.operation_id, "snapshot", false, "0.1.0");
        }) == 18);
  CHECK_THAT(at.finish(claim).error, Catch::Contains("snapshot needs environment 'athena'"));
}

TEST_CASE("a step of another version of the tool refuses") {
  Fixture at;
  const auto claim = at.begin(backup_request());
  CHECK(code_of([&] {
          state::begin_phase(at.file, claim.operation_id, "preflight", false, "0.2.0");
        }) == 18);
}

TEST_CASE("abandon wants a reason and an operation") {
  Fixture at;
  CHECK(code_of([&] { state::abandon_operation(at.file, "why", "anna"); }) == 10);
  at.begin(backup_request());
  CHECK(code_of([&] { state::abandon_operation(at.file, "", "anna"); }) == 2);
}

TEST_CASE("abandon refuses while a step is at work") {
  Fixture at;
  at.begin(backup_request());
  const auto lock = state::StepLock::try_acquire(at.file.step_lock_path());
  REQUIRE(lock);
  CHECK(code_of([&] { state::abandon_operation(at.file, "why", "anna"); }) == 11);
}
