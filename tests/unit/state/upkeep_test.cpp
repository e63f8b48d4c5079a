#include "state/catalogue/upkeep.hpp"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "state/catalogue/catalogue.hpp"
#include "state/catalogue/verification.hpp"
#include "state/operations/rows.hpp"
#include "state/operations/status.hpp"
#include "tests/unit/state/fixture.hpp"

using namespace state_test;
using state::EnvironmentState;

namespace {

constexpr const char* kFound = "athena-20261101T010000Z-aaaaaa";

state::ArchiveRecord found(const std::string& id = kFound) {
  state::ArchiveRecord record;
  record.backup_id = id;
  record.operation_id = "op-0000000000000000";
  record.kind = "backup";
  record.manifest_sha256 = std::string(64, 'b');
  record.size_bytes = 4096;
  record.created_ms = 1;
  return record;
}

void lose(const Folder& folder) {
  for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(folder.place().path + tail);
}

}  // namespace

TEST_CASE("an archive that was taken in counts only after it was verified and confirmed") {
  Fixture at;
  CHECK(state::take_in(at.file, {found()}, "anna") == std::vector<std::string>{kFound});
  CHECK(state::take_in(at.file, {found()}, "anna").empty());
  CHECK_FALSE(state::get_archive(at.file, kFound).anchored);
  CHECK(code_of([&] { state::confirm_archives(at.file, kFound, "anna"); }) == 18);
  CHECK(state::confirm_archives(at.file, "", "anna").empty());
  const auto claim = at.begin(restore_request(kFound));
  at.verify(claim, kFound);
  CHECK(state::confirm_archives(at.file, "", "anna") == std::vector<std::string>{kFound});
  CHECK(state::get_archive(at.file, kFound).anchored);
  CHECK(code_of([&] { state::confirm_archives(at.file, "athena-x", "anna"); }) == 10);
}

TEST_CASE("what the catalogue knows is never overwritten by what the folder says") {
  Fixture at;
  const auto id = at.backup();
  CHECK(state::take_in(at.file, {found(id)}, "anna").empty());
  CHECK(state::get_archive(at.file, id).manifest_sha256 == std::string(64, 'a'));
  CHECK(state::get_archive(at.file, id).anchored);
}

TEST_CASE("an archive that was pruned while its file was missing may be taken in again") {
  Fixture at;
  const auto lost = at.backup();
  const auto broken = at.backup();
  state::note_damaged(at.file, lost, "archive /backups/" + lost + ".tar is missing");
  state::note_damaged(at.file, broken, "mysql/a: has another SHA-256");
  CHECK(state::went_missing(state::get_archive(at.file, lost)));
  CHECK_FALSE(state::went_missing(state::get_archive(at.file, broken)));
  for (const auto& id : {lost, broken}) CHECK(state::prune_archive(at.file, id, "anna"));
  for (const auto& name : state::name_archives(at.file, false, {}))
    CHECK(name.lost == (name.backup_id == lost));
  CHECK(state::take_in(at.file, {found(lost), found(broken)}, "anna") == std::vector{lost});
  CHECK_FALSE(state::went_missing(state::get_archive(at.file, lost)));
}

TEST_CASE("pruning without an operation is refused while one runs, or users stay out") {
  Fixture at;
  const auto id = at.backup();
  const auto claim = at.begin(restore_request(id));
  CHECK(code_of([&] { state::check_prunable(at.file); }) == 11);
  CHECK(code_of([&] { state::prune_archive(at.file, id, "anna"); }) == 11);
  at.prepare_restore(claim, id);
  at.step(claim, "destroy",
          [&] { state::set_state(at.file, claim, EnvironmentState::kDestroying, {"mysql"}, id); });
  at.finish(claim);
  CHECK(code_of([&] { state::prune_archive(at.file, id, "anna"); }) == 18);
  state::declare_live(at.file, "looked at it", "anna");
  CHECK(state::prune_archive(at.file, id, "anna"));
  CHECK_FALSE(state::prune_archive(at.file, id, "anna"));
}

TEST_CASE("pruning without an operation is refused after a jump of the clock") {
  Fixture at;
  const auto id = at.backup();
  at.clock.now += 40 * kDayMs;
  CHECK(code_of([&] { state::prune_archive(at.file, id, "anna"); }) == 18);
  state::confirm_clock(at.file);
  CHECK(state::prune_archive(at.file, id, "anna"));
}

TEST_CASE("a jump of the clock within a backup is known to its prune, and stays known") {
  Fixture at;
  const auto jump_ms = GENERATE(40 * kDayMs, -2 * 60 * kMinuteMs);
  const auto claim = at.begin(backup_request());
  const auto id = at.snapshot(claim);
  CHECK_FALSE(state::find_own(at.file, claim.operation_id, "")->clock_jump);
  at.clock.now += jump_ms;
  at.verify(claim, id);
  CHECK(state::find_own(at.file, claim.operation_id, "")->clock_jump);
  at.clock.now -= jump_ms;
  CHECK(state::begin_phase(at.file, claim.operation_id, "prune", false, "0.1.0").clock_jump);
}

TEST_CASE("a pinned archive is not pruned, however it is asked for") {
  Fixture at;
  const auto id = at.backup();
  state::pin_archive(at.file, id, "audit", "anna");
  CHECK_FALSE(state::prune_archive(at.file, id, "anna"));
  const auto claim = at.begin(backup_request("http://jenkins/b/2/"));
  CHECK_FALSE(state::record_pruned(at.file, claim, id));
  CHECK(state::get_archive(at.file, id).status == state::ArchiveStatus::kComplete);
  state::unpin_archive(at.file, id, "anna");
  CHECK(state::record_pruned(at.file, claim, id));
  CHECK_FALSE(state::record_pruned(at.file, claim, id));
}

TEST_CASE("a rebuilt state file is closed when the lost one was") {
  Folder folder;
  MovedClock clock;
  {
    Fixture at;
    const auto target = at.backup();
    const auto claim = at.begin(restore_request(target));
    at.prepare_restore(claim, target);
    at.step(claim, "destroy", [&] {
      state::set_state(at.file, claim, EnvironmentState::kDestroying, {"mysql"}, target);
    });
    std::filesystem::copy(
        state::StateFile(at.folder.place(), state::OpenMode::kExisting, clock).marker_path(),
        folder.path() / "athena.marker");
  }
  CHECK(code_of([&] { state::StateFile(folder.place(), state::OpenMode::kCreate, clock); }) == 17);
  const state::StateFile rebuilt(folder.place(), state::OpenMode::kRebuild, clock);
  const auto environment = state::read_status(rebuilt).environment;
  CHECK(environment.state == EnvironmentState::kDestroying);
  CHECK_FALSE(environment.restoring_from.empty());
  CHECK_FALSE(environment.safety_archive.empty());
  CHECK(environment.maintenance_return == false);
}

TEST_CASE("a rebuild replaces no state file that is there, and no log of one") {
  Folder folder;
  MovedClock clock;
  std::ofstream(folder.place().path) << std::string(5000, 'x');
  CHECK(code_of([&] { state::StateFile(folder.place(), state::OpenMode::kRebuild, clock); }) == 17);
  lose(folder);
  std::ofstream(folder.place().path + "-wal") << "half";
  CHECK(code_of([&] { state::StateFile(folder.place(), state::OpenMode::kRebuild, clock); }) == 17);
  lose(folder);
  CHECK(code_of([&] { state::StateFile(folder.place(), state::OpenMode::kRebuild, clock); }) == 0);
}

TEST_CASE("a backup that keeps users out for too long is ended and fenced, alive or not") {
  Fixture at;
  const auto claim = at.begin(backup_request());
  at.step(claim, "maintenance on", [&] { state::own_maintenance(at.file, claim, false); });
  state::begin_phase(at.file, claim.operation_id, "snapshot", false, "0.1.0");
  const auto lock = state::StepLock::try_acquire(at.file.step_lock_path());
  at.clock.move(59 * kMinuteMs);
  CHECK_FALSE(state::end_overdue(at.file, 60 * kMinuteMs));
  at.clock.move(kMinuteMs);
  const auto ended = state::end_overdue(at.file, 60 * kMinuteMs);
  REQUIRE(ended);
  CHECK(ended->outcome == state::Outcome::kInterrupted);
  CHECK_THAT(ended->error, Catch::Contains("max_maintenance_minutes"));
  CHECK(code_of([&] { state::begin_archive(at.file, claim); }) == 18);
  CHECK_FALSE(state::heartbeat(at.file, claim, {1, "", std::nullopt}));
}

TEST_CASE("time without maintenance does not count, and a restore is never ended for it") {
  Fixture at;
  const auto target = at.backup();
  auto claim = at.begin(backup_request("http://jenkins/b/2/"));
  at.snapshot(claim);
  at.step(claim, "maintenance off", [&] { state::release_maintenance(at.file, claim); });
  at.clock.move(5 * 60 * kMinuteMs);
  CHECK_FALSE(state::end_overdue(at.file, 60 * kMinuteMs));
  at.finish(claim);
  at.clock.move(kMinuteMs);
  claim = at.begin(restore_request(target));
  at.prepare_restore(claim, target);
  at.clock.move(5 * 60 * kMinuteMs);
  CHECK_FALSE(state::end_overdue(at.file, 60 * kMinuteMs));
}
