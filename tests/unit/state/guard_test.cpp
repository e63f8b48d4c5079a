#include "state/operations/guard.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/unit/state/fixture.hpp"

using namespace state_test;
using state::EnvironmentState;

namespace {

// A restore in which everything has been done that comes before destroy.
struct Case {
  state::Operation operation;
  state::EnvironmentRow environment;

  Case() {
    operation.id = "op-0123456789abcdef";
    operation.kind = state::Kind::kRestore;
    operation.target_archive = "athena-20261123T033000Z-aaaaaa";
    operation.snapshot_archive = "athena-20261123T034000Z-bbbbbb";
    operation.target_verified = true;
    operation.snapshot_verified = true;
    operation.phases.push_back({"stage", false, 0, 1, 0, "", false});
    environment.name = "athena";
    environment.maintenance_return = false;
  }

  int run(const std::string& step, bool rollback = false) const {
    return code_of([&] { state::check_allowed(step, rollback, operation, environment); });
  }
};

}  // namespace

TEST_CASE("snapshot and destroy need maintenance") {
  Case at;
  CHECK(at.run("snapshot") == 0);
  CHECK(at.run("destroy") == 0);
  at.environment.maintenance_return.reset();
  CHECK(at.run("snapshot") == 18);
  CHECK(at.run("destroy") == 18);
}

TEST_CASE("destroy needs both archives verified within this operation") {
  Case at;
  at.operation.target_verified = false;
  CHECK(at.run("destroy") == 18);
  at.operation.target_verified = true;
  at.operation.snapshot_verified = false;
  CHECK(at.run("destroy") == 18);
  at.operation.snapshot_archive.clear();
  CHECK(at.run("destroy") == 18);
}

TEST_CASE("stage needs the target verified, and destroy needs the stage of this operation") {
  Case at;
  CHECK(at.run("stage") == 0);
  at.operation.target_verified = false;
  CHECK(at.run("stage") == 18);
  at.operation.target_verified = true;
  at.operation.phases.back().exit_code = 15;
  CHECK(at.run("destroy") == 18);
  at.operation.phases.clear();
  CHECK(at.run("destroy") == 18);
}

TEST_CASE("nothing is staged any more once live data is being replaced") {
  Case at;
  at.operation.destroy_began = true;
  CHECK(at.run("stage") == 18);
}

TEST_CASE("a backup can neither destroy nor restore nor prove nor apply") {
  Case at;
  at.operation.kind = state::Kind::kBackup;
  for (const char* step : {"stage", "destroy", "restore", "prove", "apply"}) {
    CAPTURE(step);
    CHECK(at.run(step) == 18);
  }
}

TEST_CASE("restore needs the environment destroyed for the same target") {
  Case at;
  for (const auto state : {EnvironmentState::kLive, EnvironmentState::kDestroying}) {
    at.environment.state = state;
    at.environment.restoring_from = at.operation.target_archive;
    CHECK(at.run("restore") == 18);
  }
  for (const auto state : {EnvironmentState::kDestroyed, EnvironmentState::kRestoring}) {
    at.environment.state = state;
    at.environment.restoring_from = at.operation.target_archive;
    CHECK(at.run("restore") == 0);
    at.environment.restoring_from = at.operation.snapshot_archive;
    CHECK(at.run("restore") == 18);
  }
}

TEST_CASE("prove needs the environment restored and apply needs it proved") {
  Case at;
  CHECK(at.run("prove") == 18);
  at.environment.state = EnvironmentState::kRestored;
  CHECK(at.run("prove") == 0);
  CHECK(at.run("apply") == 18);
  at.operation.proved = true;
  CHECK(at.run("apply") == 0);
}

TEST_CASE("maintenance goes off for a live environment only") {
  Case at;
  CHECK(at.run("maintenance off") == 0);
  for (const auto state : {EnvironmentState::kDestroying, EnvironmentState::kDestroyed,
                           EnvironmentState::kRestoring, EnvironmentState::kRestored}) {
    at.environment.state = state;
    CHECK(at.run("maintenance off") == 18);
  }
}

TEST_CASE("a restore never prunes and a backup prunes once its own archive is verified") {
  Case at;
  CHECK(at.run("prune") == 18);
  at.operation.kind = state::Kind::kBackup;
  CHECK(at.run("prune") == 0);
  at.operation.snapshot_verified = false;
  CHECK(at.run("prune") == 18);
}

TEST_CASE("an operation that has ended allows nothing") {
  Case at;
  at.operation.outcome = state::Outcome::kAborted;
  for (const char* step : {"preflight", "verify", "snapshot", "destroy"}) CHECK(at.run(step) == 18);
}

TEST_CASE("a roll-back follows a step that failed, not one that was cut off") {
  Case at;
  at.environment.state = EnvironmentState::kDestroyed;
  at.operation.destroy_began = true;
  at.operation.phases.push_back({"restore", false, 0, 1, 14, "the server said no"});
  CHECK(at.run("destroy", true) == 0);
  at.operation.phases.back().exit_code = 143;
  CHECK(at.run("destroy", true) == 18);
  at.operation.phases.back().exit_code.reset();
  CHECK(at.run("destroy", true) == 18);
  // Refused the first time, refused the second time.
  at.operation.phases.push_back({"destroy", true, 0, 1, 18, "refused", true});
  CHECK(at.run("destroy", true) == 18);
}

TEST_CASE("a roll-back follows a step that began and failed, whatever its exit code") {
  Case at;
  at.environment.state = EnvironmentState::kDestroyed;
  at.operation.destroy_began = true;
  at.operation.phases.push_back({"restore", false, 0, 1, 0, ""});
  for (const int code : {2, 10, 11, 18, 19}) {
    at.operation.phases.back().exit_code = code;
    CHECK(at.run("destroy", true) == 0);
  }
}

TEST_CASE("a roll-back needs RollbackOnFailure and something to roll back") {
  Case at;
  at.operation.phases.push_back({"verify", false, 0, 1, 15, "damaged"});
  CHECK(at.run("destroy", true) == 18);
  at.operation.destroy_began = true;
  CHECK(at.run("destroy", true) == 0);
  at.operation.rollback_on_failure = false;
  CHECK(at.run("destroy", true) == 18);
}

TEST_CASE("once rolling back, the steps towards the target are over") {
  Case at;
  at.environment.state = EnvironmentState::kDestroyed;
  at.environment.restoring_from = at.operation.target_archive;
  at.operation.destroy_began = true;
  at.operation.rolling_back = true;
  CHECK(at.run("restore") == 18);
  at.environment.restoring_from = at.operation.snapshot_archive;
  CHECK(at.run("restore", true) == 0);
}

TEST_CASE("only the snapshot of a backup lets users back in before it has ended") {
  Case at;
  at.operation.kind = state::Kind::kBackup;
  at.operation.phase = "snapshot";
  CHECK(at.run("maintenance release") == 0);
  at.operation.phase = "verify";
  CHECK(at.run("maintenance release") == 18);
  at.operation.phase = "snapshot";
  at.environment.state = EnvironmentState::kDestroyed;
  CHECK(at.run("maintenance release") == 18);
  at.environment.state = EnvironmentState::kLive;
  at.environment.maintenance_return.reset();
  CHECK(at.run("maintenance release") == 18);
  at.environment.maintenance_return = false;
  at.operation.kind = state::Kind::kRestore;
  CHECK(at.run("maintenance release") == 18);
}

TEST_CASE("with users back in, a backup goes on but takes no second snapshot") {
  Case at;
  at.operation.kind = state::Kind::kBackup;
  at.environment.maintenance_return.reset();
  CHECK(at.run("snapshot") == 18);
  for (const char* step : {"maintenance off", "verify", "prune"}) {
    CAPTURE(step);
    CHECK(at.run(step) == 0);
  }
}
