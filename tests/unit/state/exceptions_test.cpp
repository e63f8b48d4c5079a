// Exceptions typed by a person: each with a reason, recorded, and good for nothing else.
#include <catch2/catch.hpp>

#include "state/operations/rows.hpp"
#include "state/operations/status.hpp"
#include "tests/unit/state/fixture.hpp"

using namespace state_test;
using state::EnvironmentState;

namespace {

state::Operation load(state::StateFile& file, const state::Claim& claim) {
  std::optional<state::Operation> found;
  file.read([&](SQLite::Database& db) { found = state::load_operation(db, claim.operation_id); });
  return found.value();
}

void close(Fixture& at, const state::Claim& claim, const std::string& target) {
  at.step(claim, "destroy", [&] {
    state::set_state(at.file, claim, EnvironmentState::kDestroying, {"mysql"}, target);
    state::set_state(at.file, claim, EnvironmentState::kDestroyed, {"mysql"}, target);
  });
}

}  // namespace

TEST_CASE("exceptions are kept with the operation and its audit") {
  Fixture at;
  auto request = restore_request(at.backup());
  request.allow_missing = {{"elasticsearch", "its disk is dead"}};
  request.skip_resources = {{"firebase", "not used any more"}};
  request.fresh_server = "the old server burnt";
  const auto operation = load(at.file, at.begin(request));
  CHECK(operation.allow_missing == request.allow_missing);
  CHECK(operation.skip_resources == request.skip_resources);
  CHECK(operation.fresh_server == request.fresh_server);
  CHECK_FALSE(operation.no_safety);
}

TEST_CASE("an exception without a reason is refused") {
  Fixture at;
  auto request = restore_request(at.backup());
  request.skip_resources = {{"firebase", ""}};
  CHECK(code_of([&] { at.begin(request); }) == 2);
}

TEST_CASE("a backup takes no exception of a restore") {
  Fixture at;
  auto request = backup_request();
  request.fresh_server = "why not";
  CHECK(code_of([&] { at.begin(request); }) == 2);
}

TEST_CASE("a live environment makes its safety archive: AcceptNoSafety is refused") {
  Fixture at;
  auto request = restore_request(at.backup());
  request.accept_no_safety = "in a hurry";
  CHECK(code_of([&] { at.begin(request); }) == 18);
}

TEST_CASE("a restore onto a fresh server destroys without a safety archive and has no way back") {
  Fixture at;
  const auto target = at.backup();
  auto request = restore_request(target);
  request.fresh_server = "the old server burnt";
  const auto claim = at.begin(request);
  at.verify(claim, target);
  at.step(claim, "stage");
  at.step(claim, "maintenance on", [&] { state::own_maintenance(at.file, claim, false); });
  CHECK(code_of([&] {
          state::begin_phase(at.file, claim.operation_id, "destroy", false, "0.1.0");
        }) == 18);
  at.step(claim, "snapshot",
          [&] { state::record_no_safety(at.file, claim, request.fresh_server); });
  close(at, claim, target);
  at.fail_step(claim, "restore", 14);
  CHECK(code_of([&] {
          state::begin_phase(at.file, claim.operation_id, "destroy", true, "0.1.0");
        }) == 18);
  const auto ended = at.finish(claim);
  CHECK(ended.ended_as == "closed");
  CHECK_THAT(state::describe(state::read_status(at.file), at.clock),
             Catch::Contains("there is no safety archive to go back to"));

  at.clock.move(kMinuteMs);
  const auto again = at.begin(restore_request(target, "http://jenkins/r/2/"));
  CHECK(load(at.file, again).no_safety);
}

TEST_CASE("a closed environment whose safety archive is damaged goes on when a person says so") {
  Fixture at;
  const auto target = at.backup();
  const auto first = at.begin(restore_request(target));
  const auto safety = at.prepare_restore(first, target);
  close(at, first, target);
  at.finish(first);
  at.clock.move(kMinuteMs);
  auto request = restore_request(target, "http://jenkins/r/2/");
  request.accept_no_safety = "its disk is broken";
  const auto claim = at.begin(request);
  at.verify(claim, target);
  state::record_damage(at.file, claim, safety, "member x has another SHA-256");
  state::record_no_safety(at.file, claim, request.accept_no_safety);
  at.step(claim, "stage");
  at.step(claim, "destroy");
  CHECK(state::get_archive(at.file, safety).pinned);
  CHECK(load(at.file, claim).snapshot_archive.empty());
}

TEST_CASE("what an interrupted restore destroyed stays recorded until an archive brings it back") {
  Fixture at;
  const auto target = at.backup();
  const auto claim = at.begin(restore_request(target));
  const auto safety = at.prepare_restore(claim, target);
  at.step(claim, "destroy", [&] {
    state::set_state(at.file, claim, EnvironmentState::kDestroying, {"elasticsearch", "mysql"},
                     target);
    state::set_state(at.file, claim, EnvironmentState::kDestroying, {"mysql"}, safety);
  });
  const auto resources = state::read_status(at.file).environment.resources;
  CHECK(resources.at("elasticsearch") == EnvironmentState::kDestroying);
}

TEST_CASE("a person may declare a closed environment live, with a reason, and it is audited") {
  Fixture at;
  const auto target = at.backup();
  const auto claim = at.begin(restore_request(target));
  at.prepare_restore(claim, target);
  close(at, claim, target);
  CHECK(code_of([&] { state::declare_live(at.file, "looked at it", "anna"); }) == 11);
  at.finish(claim);
  CHECK(code_of([&] { state::declare_live(at.file, "", "anna"); }) == 2);
  CHECK(state::declare_live(at.file, "looked at it", "anna").restoring_from == target);
  CHECK_FALSE(state::read_status(at.file).environment.closed());
  CHECK(code_of([&] { state::declare_live(at.file, "again", "anna"); }) == 18);
}

TEST_CASE("a restore says which of its three ends it reached") {
  Fixture at;
  const auto target = at.backup();
  const auto claim = at.begin(restore_request(target));
  CHECK(at.finish(claim).ended_as.empty());
  state::Operation operation;
  state::EnvironmentRow environment;
  operation.kind = state::Kind::kRestore;
  operation.proved = true;
  CHECK(state::way_of_ending(operation, environment) == "restored");
  operation.rolling_back = true;
  CHECK(state::way_of_ending(operation, environment) == "rolled_back");
  environment.state = EnvironmentState::kRestoring;
  CHECK(state::way_of_ending(operation, environment) == "closed");
}
