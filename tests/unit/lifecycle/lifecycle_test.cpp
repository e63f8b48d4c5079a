#include "lifecycle/lifecycle.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "lifecycle/prune_plan.hpp"
#include "tests/unit/state/fixture.hpp"

using namespace state_test;

namespace {

// A server with a maintenance flag, its backups without their steps.
struct Server {
  Folder folder;
  MovedClock clock;
  core::CancelToken cancel;
  environment::Environment environment = describe();
  lifecycle::Scene scene{environment, cancel, clock, {}};

  environment::Environment describe() const {
    environment::Environment made;
    made.name = "athena";
    made.state_folder = folder.path().string();
    made.archive_folder = folder.place().archive_folder;
    made.maintenance.flag_file = (folder.path() / "flag").string();
    return made;
  }
  state::StateFile open() const {
    return {lifecycle::place_of(environment), state::OpenMode::kExisting, clock};
  }
  static void touch(const std::string& path) { std::ofstream(path) << "x"; }
  bool users_are_out() const { return exists(environment.maintenance.flag_file); }
  static bool exists(const std::string& path) { return std::filesystem::exists(path); }

  // A verified archive and its file.
  std::string backup(const state::BeginRequest& request) {
    const auto begun = lifecycle::begin(scene, request);
    auto file = open();
    const state::Claim claim{begun.operation.id, begun.operation.epoch};
    state::ArchiveRecord record;
    record.backup_id = state::begin_archive(file, claim);
    state::complete_archive(file, claim, record);
    state::record_verified(file, claim, record.backup_id);
    lifecycle::finish(scene, claim.operation_id, request.build_url);
    touch(environment.archive_path(record.backup_id));
    clock.move(kMinuteMs);
    return record.backup_id;
  }

  // A backup that locks users out, and whose machine then goes down.
  void die_with_users_out() {
    const auto begun = lifecycle::begin(scene, backup_request("http://jenkins/dying/"));
    auto file = open();
    state::own_maintenance(file, {begun.operation.id, begun.operation.epoch}, false);
    touch(environment.maintenance.flag_file);
    clock.move(2 * 60 * kMinuteMs);
  }
};

}  // namespace

TEST_CASE("a request that was done before still brings users back whom a dead one locked out") {
  Server at;
  auto request = backup_request();
  request.request_id = "app-1";
  const auto id = at.backup(request);
  at.die_with_users_out();
  REQUIRE(at.users_are_out());
  const auto again = lifecycle::begin(at.scene, request);
  CHECK(again.already_done);
  CHECK(again.backup_id == id);
  CHECK_FALSE(at.users_are_out());
}

TEST_CASE("an archive that is pinned after prune has made its plan keeps its file") {
  Server at;
  at.environment.retention = {1, 0, 0, 0, 0, 1, 0, true};
  const auto pinned = at.backup(backup_request("http://jenkins/b/1/"));
  const auto old = at.backup(backup_request("http://jenkins/b/2/"));
  at.clock.move(20 * kDayMs);
  const auto newest = at.backup(backup_request("http://jenkins/b/3/"));
  const auto begun = lifecycle::begin(at.scene, backup_request("http://jenkins/b/4/"));
  auto file = at.open();
  const auto plan = lifecycle::make_prune_plan(at.environment, file);
  REQUIRE(plan.removals().size() == 2);
  state::pin_archive(file, pinned, "audit", "anna");
  const auto removed =
      lifecycle::carry_out(plan, at.environment, at.cancel, [&](const std::string& backup_id) {
        return state::record_pruned(file, {begun.operation.id, begun.operation.epoch}, backup_id);
      });
  CHECK(removed == std::vector<std::string>{old});
  CHECK(Server::exists(at.environment.archive_path(pinned)));
  CHECK_FALSE(Server::exists(at.environment.archive_path(old)));
  CHECK(Server::exists(at.environment.archive_path(newest)));
}
