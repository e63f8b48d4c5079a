// Whole restores as the steps record them: interrupted, resumed, rolled back.
#include <catch2/catch.hpp>

#include "state/marker.hpp"
#include "state/operations/journal.hpp"
#include "state/operations/status.hpp"
#include "tests/unit/state/fixture.hpp"

using namespace state_test;
using state::EnvironmentState;

namespace {

constexpr const char* kAgain = "http://jenkins/r/2/";

struct Restore : Fixture {
  std::string target = backup();
  state::Claim claim = begin(restore_request(target));
  std::string safety = prepare_restore(claim, target);

  void destroy(const state::Claim& by, const std::string& archive, bool rollback = false) {
    step(
        by, "destroy",
        [&] {
          state::set_state(file, by, EnvironmentState::kDestroying, {"mysql"}, archive);
          state::set_state(file, by, EnvironmentState::kDestroyed, {"mysql"}, archive);
        },
        rollback);
  }
  void bring_back(const state::Claim& by, const std::string& archive, bool rollback = false) {
    step(
        by, "restore",
        [&] {
          state::set_state(file, by, EnvironmentState::kRestoring, {"mysql"}, archive);
          state::add_to_journal(file, by, "mysql", "chunk-1");
          state::set_state(file, by, EnvironmentState::kRestored, {"mysql"}, archive);
        },
        rollback);
  }
  void prove(const state::Claim& by, bool rollback = false) {
    step(
        by, "prove", [&] { state::record_proved(file, by); }, rollback);
  }
  state::Status status() { return state::read_status(file); }
};

}  // namespace

TEST_CASE("a whole restore succeeds and leaves the environment live") {
  Restore at;
  at.destroy(at.claim, at.target);
  at.bring_back(at.claim, at.target);
  at.prove(at.claim);
  at.step(at.claim, "apply");
  at.step(at.claim, "maintenance off", [&] { state::release_maintenance(at.file, at.claim); });
  CHECK(at.finish(at.claim).outcome == state::Outcome::kSucceeded);
  const auto status = at.status();
  CHECK_FALSE(status.environment.closed());
  CHECK(status.environment.restoring_from.empty());
  CHECK(state::journalled(at.file, "mysql").empty());
}

TEST_CASE(
    "a restore that was cut off after destroy leaves the environment closed and says the way") {
  Restore at;
  at.destroy(at.claim, at.target);
  at.clock.move(2 * 60 * kMinuteMs);
  REQUIRE(state::interrupt_if_dead(at.file, at.rules));
  const auto status = at.status();
  CHECK(status.environment.state == EnvironmentState::kDestroyed);
  CHECK(status.environment.maintenance_return == false);
  const auto text = state::describe(status, at.clock);
  CHECK_THAT(text, Catch::Contains("start restore-environment with BackupId " + at.target));
  CHECK_THAT(text, Catch::Contains(at.safety));
}

TEST_CASE("while the environment is closed only a restore may begin") {
  Restore at;
  at.destroy(at.claim, at.target);
  at.finish(at.claim);
  at.clock.move(kMinuteMs);
  CHECK(code_of([&] { at.begin(backup_request()); }) == 18);
  CHECK(code_of([&] { at.begin(restore_request(at.target, kAgain)); }) == 0);
}

TEST_CASE("a resumed restore uses the safety archive of the interrupted one and its journal") {
  Restore at;
  at.destroy(at.claim, at.target);
  state::begin_phase(at.file, at.claim.operation_id, "restore", false, "0.1.0");
  state::set_state(at.file, at.claim, EnvironmentState::kRestoring, {"mysql"}, at.target);
  state::add_to_journal(at.file, at.claim, "mysql", "chunk-1");
  at.clock.move(2 * 60 * kMinuteMs);

  const auto begun = state::begin_operation(at.file, restore_request(at.target, kAgain), at.rules);
  REQUIRE(begun.took_over);
  CHECK(begun.took_over->outcome == state::Outcome::kInterrupted);
  CHECK(begun.operation.snapshot_archive == at.safety);
  CHECK(begun.operation.safety_inherited);
  CHECK(begun.operation.epoch > at.claim.epoch);
  CHECK(begun.environment.maintenance_return == false);
  CHECK(state::journalled(at.file, "mysql") == std::vector<std::string>{"chunk-1"});

  // The old step wakes up: it may not write any more.
  CHECK(code_of([&] { state::add_to_journal(at.file, at.claim, "mysql", "chunk-2"); }) == 18);
  CHECK_FALSE(state::heartbeat(at.file, at.claim, {50, "", 30}));
}

TEST_CASE("another target voids the journal and destroys again") {
  Restore at;
  at.destroy(at.claim, at.target);
  at.bring_back(at.claim, at.target);
  at.finish(at.claim);
  at.clock.move(kMinuteMs);
  const auto again = at.begin(restore_request(at.safety, kAgain));
  at.verify(again, at.safety);
  at.step(again, "stage");
  CHECK(code_of([&] {
          state::begin_phase(at.file, again.operation_id, "restore", false, "0.1.0");
        }) == 18);
  at.destroy(again, at.safety);
  CHECK(state::journalled(at.file, "mysql").empty());
  CHECK(at.status().environment.restoring_from == at.safety);
}

TEST_CASE("a roll-back brings the safety archive back and the operation counts as failed") {
  Restore at;
  at.destroy(at.claim, at.target);
  at.fail_step(at.claim, "restore", 14);
  at.destroy(at.claim, at.safety, true);
  at.bring_back(at.claim, at.safety, true);
  at.prove(at.claim, true);
  at.step(
      at.claim, "apply", [] {}, true);
  const auto ended = at.finish(at.claim);
  CHECK(ended.outcome == state::Outcome::kFailed);
  CHECK_THAT(ended.error, Catch::Contains("restore failed: it broke"));
  CHECK_THAT(ended.error, Catch::Contains("rolled back to " + at.safety));
  CHECK_FALSE(at.status().environment.closed());
}

TEST_CASE("abandon never makes a closed environment live") {
  Restore at;
  at.destroy(at.claim, at.target);
  CHECK(state::abandon_operation(at.file, "agent lost", "anna").outcome ==
        state::Outcome::kAbandoned);
  CHECK(at.status().environment.state == EnvironmentState::kDestroyed);
  CHECK(code_of([&] { state::check_claim(at.file, at.claim); }) == 18);
}

TEST_CASE("the marker beside the state file follows the environment") {
  Restore at;
  at.destroy(at.claim, at.target);
  const auto marker = state::read_marker(at.file.place());
  REQUIRE(marker);
  CHECK(marker->state == EnvironmentState::kDestroyed);
  CHECK(marker->restoring_from == at.target);
  CHECK(marker->safety_archive == at.safety);
}

TEST_CASE("a step that was taken over does not put its marker over a later one") {
  Restore at;
  at.destroy(at.claim, at.target);
  auto late = state::read_marker(at.file.place()).value();
  at.finish(at.claim);
  at.clock.move(kMinuteMs);
  const auto again = at.begin(restore_request(at.target, kAgain));
  late.state = EnvironmentState::kRestored;
  state::write_marker(at.file.place(), late);
  CHECK(state::read_marker(at.file.place())->epoch == again.epoch);
  CHECK(state::read_marker(at.file.place())->state == EnvironmentState::kDestroyed);
}
