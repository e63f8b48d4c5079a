#include "publish/view.hpp"

#include <catch2/catch.hpp>

#include "core/atomic_file.hpp"
#include "publish/summary.hpp"
#include "state/catalogue/verification.hpp"
#include "state/operations/status.hpp"
#include "tests/unit/state/fixture.hpp"

using namespace state_test;

namespace {

using Keys = std::vector<std::string>;

Keys keys_of(const json::Value& value) {
  Keys keys;
  for (const auto& [key, item] : value.as_object()) keys.push_back(key);
  return keys;
}

struct Desk : Fixture {
  environment::Environment environment;

  Desk() {
    environment.name = "athena";
    environment.archive_folder = folder.place().archive_folder;
    environment.state_folder = folder.path().string();
    environment.maintenance.flag_file = (folder.path() / "flag").string();
  }
  json::Value head() { return publish::View(environment, file).head(); }
  std::vector<json::Value> archives() {
    std::vector<json::Value> list;
    publish::View(environment, file).visit_archives([&](json::Value archive) {
      list.push_back(std::move(archive));
    });
    return list;
  }
  void bring_back(const state::Claim& claim, const std::string& archive, bool rollback) {
    replace(claim, archive, rollback);
    prove(claim, rollback);
    step(
        claim, "apply", [] {}, rollback);
  }
};

}  // namespace

TEST_CASE("the view of an environment in which nothing has run has every key") {
  Desk at;
  const auto head = at.head();
  CHECK(keys_of(head) == Keys{"view_format", "environment", "revision", "catalogue_revision",
                              "published_at", "tool_version", "state", "maintenance", "message",
                              "way_out", "restoring_from", "safety_archive", "operation",
                              "last_operation", "last_restore", "now", "retention", "storage"});
  CHECK(head.at("state") == json::Value("live"));
  CHECK(head.at("maintenance") == json::Value("off"));
  CHECK(head.at("published_at") == json::Value("2026-11-23T03:30:00Z"));
  for (const auto* key : {"operation", "last_operation", "last_restore"})
    CHECK(head.at(key).is_null());
  CHECK(head.at("now").at("as_of").is_null());
  CHECK(head.at("storage").at("free_bytes").as_uint() > 0);
  CHECK(at.archives().empty());
}

TEST_CASE("the running operation is shown with its progress and its exceptions") {
  Desk at;
  auto request = backup_request();
  request.allow_missing["elasticsearch"] = "dead since Monday";
  request.request_id = "r-1";
  const auto claim = at.begin(request);
  state::begin_phase(at.file, claim.operation_id, "preflight", false, "0.1.0");
  state::heartbeat(at.file, claim, {42, "mysql 42 %", 120});
  const auto operation = at.head().at("operation");
  CHECK(keys_of(operation) ==
        Keys{"id",           "kind",        "outcome",        "ended_as",         "phase",
             "percent",      "progress",    "seconds_left",   "build_url",        "host",
             "requested_by", "description", "request_id",     "scheduled_at",     "started_at",
             "heartbeat_at", "finished_at", "target_archive", "snapshot_archive", "error",
             "rolling_back", "exceptions"});
  CHECK(operation.at("outcome") == json::Value("running"));
  CHECK(operation.at("phase") == json::Value("preflight"));
  CHECK(operation.at("percent") == json::Value(42));
  CHECK(operation.at("seconds_left") == json::Value(120));
  CHECK(operation.at("finished_at").is_null());
  CHECK(operation.at("exceptions").at("allow_missing").at("elasticsearch") ==
        json::Value("dead since Monday"));
}

TEST_CASE("an archive is shown with what the next prune does to it") {
  Desk at;
  const auto id = at.backup();
  const auto archives = at.archives();
  REQUIRE(archives.size() == 1);
  CHECK(keys_of(archives[0]) == Keys{"backup_id", "kind", "status", "description", "requested_by",
                                     "created_at", "completed_at", "duration_seconds",
                                     "verified_at", "size_bytes", "pinned", "damage", "anchored",
                                     "resources", "prune"});
  CHECK(archives[0].at("backup_id") == json::Value(id));
  CHECK(archives[0].at("prune").at("keep") == json::Value(true));
  CHECK(archives[0].at("prune").at("reason") == json::Value("the newest verified one"));
  CHECK(at.head().at("operation").is_null());
  CHECK(at.head().at("last_operation").at("outcome") == json::Value("succeeded"));
  CHECK(at.head().at("now").at("source") == json::Value(id));
}

TEST_CASE("the archives come newest first, and pruned and failed ones not at all") {
  Desk at;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.insert(ids.begin(), at.backup());
    at.clock.move(kDayMs);
  }
  state::note_damaged(at.file, ids[0], "a byte flipped");
  at.file.write([&](SQLite::Database& db) {
    auto pruned = state::load_archive(db, ids[4]);
    pruned->status = state::ArchiveStatus::kPruned;
    state::save_archive(db, *pruned);
  });
  const auto archives = at.archives();
  REQUIRE(archives.size() == 4);
  for (std::size_t i = 0; i < archives.size(); ++i)
    CHECK(archives[i].at("backup_id") == json::Value(ids[i]));
  CHECK(archives[0].at("status") == json::Value("damaged"));
  CHECK(archives[0].at("damage") == json::Value("a byte flipped"));
}

TEST_CASE("after 60 days the view names the archives that the next prune removes") {
  Desk at;
  for (int i = 0; i < 4; ++i) at.backup();
  at.clock.move(61 * kDayMs);
  const auto archives = at.archives();
  const auto& oldest = archives.back().at("prune");
  CHECK(oldest.at("next") == json::Value(true));
  CHECK(oldest.at("keep") == json::Value(false));
  CHECK_THAT(oldest.at("reason").as_string(), Catch::Contains("no rule keeps it"));
  CHECK(archives.front().at("prune").at("next") == json::Value(false));
}

TEST_CASE(
    "every change raises the revision, and what may change an archive that of the catalogue") {
  Desk at;
  const auto revision = [&] { return at.head().at("revision").as_int(); };
  const auto catalogue = [&] { return at.head().at("catalogue_revision").as_int(); };
  const auto first = revision();
  CHECK(revision() == first);
  const auto id = at.backup();
  const auto after_backup = revision();
  CHECK(after_backup > first);
  CHECK(catalogue() > first);
  const auto claim = at.begin(backup_request());
  const auto archives = catalogue();
  state::heartbeat(at.file, claim, {1, "", std::nullopt});
  CHECK(revision() > after_backup);
  CHECK(catalogue() == archives);
  state::pin_archive(at.file, id, "good", "anna");
  CHECK(catalogue() > archives);
  CHECK(catalogue() == revision());
}

TEST_CASE("an operation that begins or ends raises the revision of the catalogue") {
  Desk at;
  for (int i = 0; i < 4; ++i) at.backup();
  const auto id = at.archives().back().at("backup_id").as_string();
  const auto catalogue = [&] { return at.head().at("catalogue_revision").as_int(); };
  const auto oldest = [&] { return at.archives().back().at("prune"); };
  at.clock.move(61 * kDayMs);
  CHECK(oldest().at("next") == json::Value(true));
  const auto before = catalogue();

  const auto claim = at.begin(restore_request(id));
  CHECK(oldest().at("reason") == json::Value("in use by the running restore"));
  const auto begun = catalogue();
  CHECK(begun > before);

  at.finish(claim);
  CHECK(oldest().at("next") == json::Value(true));
  CHECK(catalogue() > begun);
}

TEST_CASE("a state file made anew goes on above the one that it replaces") {
  Desk at;
  const auto old = at.head().at("revision").as_int();
  Desk anew;
  CHECK(anew.head().at("revision").as_int() >= old);
  CHECK(old > 1'700'000'000'000);
}

TEST_CASE("a restore that ended well can be undone with its safety archive") {
  Desk at;
  const auto target = at.backup();
  const auto claim = at.begin(restore_request(target));
  const auto safety = at.prepare_restore(claim, target);
  at.bring_back(claim, target, false);
  CHECK(at.head().at("last_restore").is_null());
  const auto ended = at.finish(claim);
  CHECK(ended.ended_as == "restored");
  const auto head = at.head();
  CHECK(head.at("last_restore").at("target_archive") == json::Value(target));
  CHECK(head.at("last_restore").at("safety_archive") == json::Value(safety));
  // the safety archive is newer, but what is live equals the target
  CHECK(head.at("now").at("source") == json::Value(target));
  at.clock.move(kMinuteMs);
  const auto next = at.backup();
  CHECK(at.head().at("now").at("source") == json::Value(next));
}

TEST_CASE("a restore that was rolled back has nothing to undo") {
  Desk at;
  const auto target = at.backup();
  const auto claim = at.begin(restore_request(target));
  const auto safety = at.prepare_restore(claim, target);
  at.step(claim, "destroy", [&] {
    state::set_state(at.file, claim, state::EnvironmentState::kDestroying, {"mysql"}, target);
    state::set_state(at.file, claim, state::EnvironmentState::kDestroyed, {"mysql"}, target);
  });
  CHECK(at.head().at("state") == json::Value("destroyed"));
  CHECK_THAT(at.head().at("way_out").as_string(), Catch::Contains(target));
  at.fail_step(claim, "restore", 14);
  at.bring_back(claim, safety, true);
  const auto ended = at.finish(claim);
  CHECK(ended.ended_as == "rolled_back");
  const auto head = at.head();
  CHECK(head.at("last_restore").is_null());
  CHECK(head.at("now").at("source") == json::Value(safety));
  CHECK(head.at("last_operation").at("ended_as") == json::Value("rolled_back"));
}

TEST_CASE("maintenance is owned by an operation, or set by somebody else, or off") {
  Desk at;
  core::write_file_atomically(at.environment.maintenance.flag_file, "by hand");
  CHECK(at.head().at("maintenance") == json::Value("on"));
  const auto claim = at.begin(backup_request());
  at.step(claim, "maintenance on", [&] { state::own_maintenance(at.file, claim, true); });
  CHECK(at.head().at("maintenance") == json::Value("operation"));
}

TEST_CASE("a summary holds the facts by which people tell archives apart") {
  const auto summary = [](const char* name, const char* detail) {
    return json::dump(publish::summarise(name, json::parse(detail, name)));
  };
  CHECK(summary("deployment", R"({"hash": "0a1b", "branch": "main", "patch_sha256": "ff",
                                  "changed_files": 2, "submodules": []})") ==
        R"({"hash":"0a1b","branch":"main","changed_files":2})");
  CHECK(summary("images", R"({"services": [
          {"service": "web", "tag": "1.4.2", "digest": "sha256:ab"},
          {"service": "db", "tag": "10", "digest": ""}]})") ==
        R"({"services":{"web":"1.4.2@sha256:ab","db":"10"}})");
  CHECK(summary("mysql", R"({"server": {"flavour": "mariadb", "version": "10.11.4"},
                             "databases": ["a", "b"], "tables": [{}, {}, {}]})") ==
        R"({"server":"mariadb 10.11.4","databases":["a","b"],"tables":3})");
  CHECK(summary("config_local", R"({"files": 3, "size_bytes": 12, "index_sha256": "ab"})") ==
        R"({"files":3,"size_bytes":12})");
  CHECK(summary("elasticsearch", R"({"distribution": "opensearch", "indices": {"a": {}, "b": {}},
                                     "left_out": []})") ==
        R"({"distribution":"opensearch","indices":2,"left_out":0})");
}

TEST_CASE("the summary of a row of an older version is made from its detail") {
  state::ArchiveResource resource;
  resource.name = "config_local";
  resource.detail_json = R"({"files": 3, "index_sha256": "ab"})";
  CHECK(json::dump(publish::summary_of(resource)) == R"({"files":3})");
  resource.summary_json = R"({"files": 4})";
  CHECK(json::dump(publish::summary_of(resource)) == R"({"files":4})");
  resource.summary_json = "not JSON";
  CHECK(json::dump(publish::summary_of(resource)) == "{}");
}
