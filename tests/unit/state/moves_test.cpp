#include "state/operations/moves.hpp"

#include <catch2/catch.hpp>

#include "state/operations/rows.hpp"
#include "tests/unit/state/fixture.hpp"

using namespace state_test;

namespace {

core::Beside staged(const std::string& archive) {
  core::Beside beside;
  beside.staged_archive = archive;
  beside.staged_proved = true;
  return beside;
}

std::vector<state::BesideRow> rows_of(const state::StateFile& file) {
  std::vector<state::BesideRow> rows;
  file.read([&](SQLite::Database& db) { rows = state::load_all_beside(db); });
  return rows;
}

// A restore whose data of mysql is staged and about to be moved.
struct Moving : Fixture {
  std::string target = backup();
  state::Claim claim = begin(restore_request(target));
  std::string safety = prepare_restore(claim, target);
  state::MayWrite may_write = state::while_claimed(claim);

  void set(const std::string& staged_archive, const std::string& aside_archive) {
    core::Beside beside = staged(staged_archive);
    beside.aside_archive = aside_archive;
    state::save_beside(file, may_write, "mysql", beside);
  }
  void end_apply() {
    step(claim, "apply");
    finish(claim);
  }
};

}  // namespace

TEST_CASE("what stands beside is remembered with the time at which it came") {
  Moving at;
  CHECK(state::load_beside(at.file, "mysql").staged_archive.empty());
  const auto first = at.clock.now.load();
  at.set(at.target, "");
  at.clock.move(kMinuteMs);
  at.set(at.target, at.safety);
  const auto rows = rows_of(at.file);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].staged_ms == first);
  CHECK(rows[0].aside_ms == first + kMinuteMs);
  CHECK(state::load_beside(at.file, "mysql").aside_archive == at.safety);
}

TEST_CASE("the record of moves outlives destroy, another target and a proof that failed") {
  Moving at;
  at.set(at.target, at.safety);
  state::record_move(at.file, at.may_write, "mysql", "shop.orders", "{\"from\": 1}");
  at.replace(at.claim, at.target, false);
  at.fail_step(at.claim, "prove", 15);
  at.replace(at.claim, at.safety, true);
  CHECK(state::load_moves(at.file, "mysql").at("shop.orders") == "{\"from\": 1}");
  CHECK(state::load_beside(at.file, "mysql").aside_archive == at.safety);
}

TEST_CASE("what is aside may go only once the restore has succeeded") {
  Moving at;
  at.set(at.target, at.safety);
  at.replace(at.claim, at.target, false);
  at.prove(at.claim, false);
  CHECK(state::load_beside(at.file, "mysql").staged_archive.empty());
  SECTION("apply succeeded") {
    at.end_apply();
    CHECK(state::load_beside(at.file, "mysql").aside_droppable);
  }
  SECTION("the build ended before apply") {
    at.finish(at.claim);
    const auto beside = state::load_beside(at.file, "mysql");
    CHECK_FALSE(beside.aside_droppable);
    CHECK(beside.aside_archive == at.safety);
  }
}

TEST_CASE("what is moved back stands beside no more, and its moves are forgotten") {
  Moving at;
  at.set("", at.safety);
  state::record_move(at.file, at.may_write, "mysql", "shop.orders", "{}");
  state::set_state(at.file, at.claim, state::EnvironmentState::kDestroying, {"mysql"}, at.safety);
  state::record_moved_back(at.file, at.claim, "mysql", state::EnvironmentState::kRestored);
  CHECK(rows_of(at.file).empty());
  CHECK(state::load_moves(at.file, "mysql").empty());
  state::record_moved_back(at.file, at.claim, "mysql", state::EnvironmentState::kLive);
  state::EnvironmentRow row;
  at.file.read([&](SQLite::Database& db) { row = state::load_environment(db); });
  CHECK(row.resources.count("mysql") == 0);
  CHECK(row.closed());
}

TEST_CASE("a step that lost its claim records nothing beside, nor does clearing up in a restore") {
  Moving at;
  const auto idle = state::while_no_restore_runs();
  CHECK(code_of([&] { state::save_beside(at.file, idle, "mysql", staged("x")); }) == 11);
  at.finish(at.claim);
  CHECK(code_of([&] { at.set(at.target, ""); }) == 18);
  CHECK(code_of([&] { state::save_beside(at.file, idle, "mysql", staged("x")); }) == 0);
}
