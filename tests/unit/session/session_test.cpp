#include "session/session.hpp"

#include <chrono>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include "archive/sidecar.hpp"
#include "core/atomic_file.hpp"
#include "core/log.hpp"
#include "json/value.hpp"
#include "state/operations/rows.hpp"
#include "tests/unit/state/fixture.hpp"

using namespace state_test;

namespace {

struct Desk : Fixture {
  core::CancelToken cancel;
  session::Where where{file.place().path, "athena", folder.place().archive_folder};

  Desk() {
    // A session knows its machine by itself.
    state::StateFile adopting(here(), state::OpenMode::kExisting, clock, true);
    state::adopt_machine(adopting);
    where.clock = &clock;
    where.heartbeat_ms = 10;
    where.step_wait_ms = 100;
  }
  state::Place here() const { return {file.place().path, "athena", "", ""}; }

  state::Claim begin_backup() {
    auto request = backup_request();
    request.tool_version = TOOL_VERSION;
    return begin(request);
  }
  std::unique_ptr<session::Session> open(const state::Claim& claim, const std::string& step) {
    return std::make_unique<session::Session>(where, claim.operation_id, step, false, cancel);
  }
  // The copy of a manifest beside its archive, and the pin in it.
  void write_copy(const std::string& id) const {
    core::write_file_atomically(archive::sidecar_path(where.archive_folder, id),
                                R"({"pin":false,"reason":"","manifest":{}})");
  }
  std::string pin_beside(const std::string& id) const {
    const auto path = archive::sidecar_path(where.archive_folder, id);
    const auto copy = json::parse(core::read_file(path), path);
    return copy.get_bool("pin") ? copy.get_string("reason") : "";
  }
  state::Operation read(const state::Claim& claim) {
    std::optional<state::Operation> found;
    file.read([&](SQLite::Database& db) { found = state::load_operation(db, claim.operation_id); });
    return found.value();
  }
};

template <typename Condition>
bool becomes(const Condition& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace

TEST_CASE("a step records that it began and how it ended") {
  Desk at;
  const auto claim = at.begin_backup();
  auto session = at.open(claim, "preflight");
  CHECK(at.read(claim).phase == "preflight");
  CHECK_FALSE(at.read(claim).phases.back().ended_ms);
  session->fail(13, "no answer");
  CHECK(at.read(claim).phases.back().exit_code == 13);
  session.reset();
  at.open(claim, "preflight")->succeed();
  CHECK(at.read(claim).phases.back().succeeded());
}

TEST_CASE("a session that ends without a word has failed") {
  Desk at;
  const auto claim = at.begin_backup();
  at.open(claim, "preflight").reset();
  CHECK(at.read(claim).phases.back().exit_code == 1);
}

TEST_CASE("two steps never run side by side") {
  Desk at;
  const auto claim = at.begin_backup();
  const auto first = at.open(claim, "preflight");
  CHECK(state::step_is_running(at.file.step_lock_path()));
  CHECK(code_of([&] { at.open(claim, "preflight"); }) == 11);
}

TEST_CASE("a step waits for an earlier one that is still ending") {
  Desk at;
  at.where.step_wait_ms = 5000;
  const auto claim = at.begin_backup();
  auto first = at.open(claim, "preflight");
  std::thread ending([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    first->succeed();
    first.reset();
  });
  const auto second = at.open(claim, "preflight");
  ending.join();
  second->succeed();
}

TEST_CASE("an unknown operation and one that has ended are refused") {
  Desk at;
  const auto claim = at.begin_backup();
  CHECK(code_of([&] { at.open({"op-0000000000000000", 1}, "preflight"); }) == 18);
  CHECK(code_of([&] { at.open({"", 1}, "preflight"); }) == 18);
  at.finish(claim);
  CHECK(code_of([&] { at.open(claim, "preflight"); }) == 18);
}

TEST_CASE("progress reaches the log and the state file") {
  Desk at;
  std::vector<std::string> lines;
  std::mutex mutex;
  core::set_log_sink([&](core::LogLevel, const std::string& line) {
    const std::lock_guard lock(mutex);
    lines.push_back(line);
  });
  const auto claim = at.begin_backup();
  auto session = at.open(claim, "preflight");
  session->context().progress.expect("mysql", 1000);
  session->context().progress.advance("mysql", 420);
  CHECK(becomes([&] { return at.read(claim).percent == 42; }));
  CHECK_THAT(at.read(claim).progress, Catch::StartsWith("mysql 42 %  420 B of 1.0 kB"));
  session.reset();
  core::set_log_sink({});
  REQUIRE_FALSE(lines.empty());
  CHECK_THAT(lines.front(), Catch::StartsWith("mysql 42 %"));
}

TEST_CASE("heartbeats go on while the step works") {
  Desk at;
  const auto claim = at.begin_backup();
  const auto session = at.open(claim, "preflight");
  at.clock.move(kMinuteMs);
  const std::int64_t expected = at.clock.boottime;
  CHECK(becomes([&] { return at.read(claim).heartbeat_boottime_ms == expected; }));
}

TEST_CASE("a step whose operation was taken over stops at its next change") {
  Desk at;
  const auto claim = at.begin_backup();
  const auto session = at.open(claim, "preflight");
  session->context().lease.check();
  at.file.write([&](SQLite::Database& db) {
    auto operation = state::load_operation(db, claim.operation_id);
    state::interrupt(db, *operation, at.clock);
  });
  CHECK(code_of([&] { session->context().lease.check(); }) == 18);
  CHECK(code_of([&] { session->begin_archive(); }) == 18);
  CHECK(code_of([&] { session->context().journal.done("mysql", "x"); }) == 18);
  CHECK(code_of([&] { session->set_state(state::EnvironmentState::kDestroying, {}); }) == 18);
  session->fail(18, "fenced");
}

TEST_CASE("how the work of a step ended is recorded, and what it threw goes on") {
  Desk at;
  const auto claim = at.begin_backup();
  bool recorded = false;
  at.open(claim, "preflight")->carry_out([] {}, recorded);
  CHECK(at.read(claim).phases.back().succeeded());
  CHECK_FALSE(recorded);
  const auto fail = [] { throw core::Error(core::ExitCode::kPrecondition, "the flag is gone"); };
  const auto failing = at.open(claim, "preflight");
  CHECK(code_of([&] { failing->carry_out(fail, recorded); }) == 18);
  CHECK(recorded);
  CHECK(at.read(claim).phases.back().message == "the flag is gone");
  CHECK_FALSE(at.read(claim).phases.back().refused);
}

TEST_CASE("a step that the recorded state does not allow is recorded as refused") {
  Desk at;
  const auto claim = at.begin_backup();
  CHECK(code_of([&] { at.open(claim, "snapshot"); }) == 18);
  CHECK(at.read(claim).phases.back().refused);
  CHECK(at.read(claim).phases.back().exit_code == 18);
}

TEST_CASE("a step whose operation was taken over has nothing to record") {
  Desk at;
  const auto claim = at.begin_backup();
  const auto session = at.open(claim, "preflight");
  at.file.write([&](SQLite::Database& db) {
    auto operation = state::load_operation(db, claim.operation_id);
    state::interrupt(db, *operation, at.clock);
  });
  bool recorded = false;
  const auto change = [&] { session->context().lease.check(); };
  CHECK(code_of([&] { session->carry_out(change, recorded); }) == 18);
  CHECK_FALSE(recorded);
}

TEST_CASE("the state to return maintenance to is written once and kept") {
  Desk at;
  const auto claim = at.begin_backup();
  const auto session = at.open(claim, "maintenance on");
  session->own_maintenance(false);
  session->own_maintenance(true);
  CHECK(session->environment().maintenance_return == false);
  session->release_maintenance();
  CHECK_FALSE(session->environment().maintenance_return);
  session->succeed();
}

TEST_CASE("an archive goes from writing to complete to verified") {
  Desk at;
  const auto claim = at.begin_backup();
  {
    const auto session = at.open(claim, "maintenance on");
    session->own_maintenance(false);
    session->succeed();
  }
  const auto session = at.open(claim, "snapshot");
  CHECK_FALSE(session->reusable_safety());
  state::ArchiveRecord record;
  record.backup_id = session->begin_archive();
  CHECK(session->archive(record.backup_id).kind == "backup");
  CHECK(session->operation().snapshot_archive == record.backup_id);
  session->complete_archive(record);
  session->record_verified(record.backup_id);
  CHECK(session->operation().snapshot_verified);
  session->succeed();
}

TEST_CASE("both archives of a roll-back that failed are pinned beside their files too") {
  Desk at;
  const auto target = at.backup();
  const auto claim = at.begin(restore_request(target));
  const auto safety = at.prepare_restore(claim, target);
  for (const auto& id : {target, safety}) at.write_copy(id);
  state::pin_archive(at.file, target, "audit", "anna");
  state::begin_phase(at.file, claim.operation_id, "destroy", false, TOOL_VERSION);
  state::set_state(at.file, claim, state::EnvironmentState::kDestroying, {"mysql"}, target);
  state::end_phase(at.file, claim, 14, "it broke");
  session::Session(at.where, claim.operation_id, "destroy", true, at.cancel).fail(14, "no answer");
  CHECK(at.pin_beside(target) == "audit");
  CHECK(at.pin_beside(safety) == "roll-back failed in " + claim.operation_id);
}

TEST_CASE("a damaged safety archive that a restore goes on without is pinned beside its file too") {
  Desk at;
  const auto target = at.backup();
  const auto first = at.begin(restore_request(target));
  const auto safety = at.prepare_restore(first, target);
  at.write_copy(safety);
  at.step(first, "destroy", [&] {
    state::set_state(at.file, first, state::EnvironmentState::kDestroying, {"mysql"}, target);
  });
  at.finish(first);
  at.clock.move(kMinuteMs);
  auto request = restore_request(target, "http://jenkins/r/2/");
  request.accept_no_safety = "its disk is broken";
  const auto claim = at.begin(request);
  const auto session = at.open(claim, "verify");
  session->record_damage(safety, "member x has another SHA-256");
  session->record_no_safety(request.accept_no_safety);
  CHECK_THAT(at.pin_beside(safety), Catch::Contains("damaged, safety archive"));
  session->succeed();
}
