#include <fcntl.h>

#include <chrono>

#include <catch2/catch.hpp>

#include "admin/view/compare.hpp"
#include "admin/view/search.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "tests/unit/admin/service_fixture.hpp"

using admin_test::Folder;
using admin_test::holds;
using admin_test::no_jenkins;
using admin_test::sample_view;
using admin_test::Site;

namespace {
admin::View parsed(const std::string& text) {
  return admin::parse_view(json::parse(text, "view"), "athena");
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}
}  // namespace

TEST_CASE("a view is read with its archives, resources and facts") {
  const auto view = parsed(sample_view());
  REQUIRE(view.archives.size() == 1);
  CHECK(view.archives[0].verified());
  CHECK(view.archives[0].resources[0].rows == 1000);
  CHECK(view.newest_verified() == &view.archives[0]);
  CHECK(view.archives[0].resources[0].facts[0].second == "athena-server, oauth2-users");
}

TEST_CASE("a view of another environment or a newer format is refused") {
  CHECK_THROWS_AS(parsed(changed(sample_view(), R"("athena","revision")", R"("other","revision")")),
                  core::Error);
  CHECK_THROWS_AS(parsed(changed(sample_view(), R"("view_format":1)", R"("view_format":2)")),
                  core::Error);
}

TEST_CASE("archives that Firebase keeps as an object by key are read too") {
  auto document = json::parse(sample_view(), "view");
  json::Value by_key;
  by_key.set(admin_test::kArchive, document.at("archives").as_array()[0]);
  document.set("archives", by_key);
  CHECK(admin::parse_view(document, "athena").archives.size() == 1);
}

TEST_CASE("comparing marks what differs and what a restore leaves alone") {
  const auto view = parsed(sample_view());
  auto archive = view.archives[0];
  auto compared = admin::compare(archive, view);
  REQUIRE(compared.size() == 2);
  CHECK(compared[0].differs);
  archive.resources.pop_back();
  compared = admin::compare(archive, view);
  CHECK(compared[1].only_now);
}

TEST_CASE("search finds words in any order, by kind, by state and by day, page by page") {
  admin::View view;
  for (int i = 0; i < 120; ++i) {
    admin::ArchiveView archive;
    archive.backup_id = "athena-" + std::to_string(i);
    archive.description = i % 2 == 0 ? "Before the Upgrade" : "nightly";
    archive.kind = i % 10 == 0 ? "safety" : "backup";
    archive.created_ms = 1'795'404'600'000 - std::int64_t{i} * 86'400'000;
    archive.verified_ms = i == 0 ? 0 : archive.created_ms;
    view.archives.push_back(archive);
  }
  CHECK(admin::search(view, {"upgrade before", "", "", "", ""}, 1, 50).total == 60);
  CHECK(admin::search(view, {"", "safety", "", "", ""}, 1, 50).total == 12);
  CHECK(admin::search(view, {"", "", "unverified", "", ""}, 1, 50).total == 1);
  CHECK(admin::search(view, {"", "", "", "2026-11-22", "2026-11-23"}, 1, 50).total == 2);
  const auto last = admin::search(view, {}, 99, 50);
  CHECK(last.page == 3);
  CHECK(last.archives.size() == 20);
}

TEST_CASE("a closed environment shows both ways out") {
  auto text = changed(sample_view(), R"("state":"live")", R"("state":"destroyed")");
  text = changed(text, R"("restoring_from":"","safety_archive":"")",
                 R"("restoring_from":"athena-1","safety_archive":"athena-2")");
  Site site(no_jenkins, text);
  site.sign_in("ada");
  const auto body = site.get("/athena").body;
  CHECK(holds(body, "athena is closed"));
  CHECK(holds(body, "/athena/archives/athena-1/restore"));
  CHECK(holds(body, "/athena/archives/athena-2/restore"));
}

TEST_CASE("a view that is missing or broken is told, and the last good one stays") {
  Site site(no_jenkins);
  site.sign_in("ada");
  core::write_file_atomically(site.folder / "view.json", "{half");
  site.services().views.refresh();
  const auto body = site.get("/athena").body;
  CHECK(holds(body, "The newest news cannot be read"));
  CHECK(holds(body, "All was well when it was last seen"));
  CHECK_FALSE(holds(body, "All is well"));
}

TEST_CASE("before anything is published the first backup can be made, while one runs none") {
  Site site(no_jenkins, "{}");
  site.sign_in("ada");
  CHECK(holds(site.get("/athena").body, "Back up now"));
  core::write_file_atomically(
      site.folder / "view.json",
      changed(
          sample_view(), R"("operation":null)",
          R"("operation":{"id":"op-1","kind":"backup","outcome":"running","phase":"snapshot"})"));
  site.services().views.refresh();
  const auto body = site.get("/athena").body;
  CHECK(holds(body, "A backup is running"));
  CHECK_FALSE(holds(body, "Back up now"));
}

TEST_CASE("a live part that did not change costs no second transfer") {
  Site site(no_jenkins);
  site.sign_in("ada");
  const auto first = site.get("/athena/live");
  CHECK(first.status == 200);
  auto again = site.ask("GET", "/athena/live");
  again.headers.emplace_back("if-none-match", Site::header(first, "ETag"));
  const auto second = site.router.answer(again);
  CHECK(second.status == 304);
  CHECK(second.body.empty());
}

TEST_CASE("the audit trail passes over a line that a crash cut short") {
  Folder folder;
  admin_test::MovedClock clock;
  admin::Audit audit(folder.path(), clock);
  audit.record({"", "ada", "operator", "10.0.0.1", "login", "", "", "ok", ""});
  const auto path = folder / "audit/2026-11.ndjson";
  const auto file = core::open_fd(path, O_WRONLY | O_APPEND);
  core::write_all(file.get(), R"({"at":"2026)", path);
  audit.record({"", "vic", "viewer", "10.0.0.1", "login", "", "", "ok", ""});
  const auto trail = audit.newest(0, 10);
  REQUIRE(trail.size() == 2);
  CHECK(trail[0].user == "vic");
  CHECK(trail[1].user == "ada");
  CHECK(audit.newest(1, 10).size() == 1);
}

TEST_CASE("only whole UTF-8 is text") {
  CHECK(admin::is_utf8("ä € 😀"));
  for (const char* bad : {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"})
    CHECK_FALSE(admin::is_utf8(bad));
}

TEST_CASE("a view in Firebase is read again only where it changed") {
  const auto whole = json::parse(sample_view(), "view");
  json::Value small = whole;
  small.erase("archives");
  small.set("catalogue_revision", 5);
  json::Value list;
  list.set(admin_test::kArchive, whole.at("archives").as_array()[0]);
  std::atomic<int> revision{1};
  support::ScriptedServer database([&](const support::Seen& seen) {
    json::Value answer;
    if (holds(seen.target, "/athena/archives.json")) {
      answer.set("revision", 5);
      answer.set("list", list);
    } else {
      answer = small;
      answer.set("revision", revision.load());
    }
    return support::answer(200, json::dump(answer));
  });
  core::CancelToken cancel;
  admin::FirebaseView view({"athena", "", database.url() + "/athena", ""}, cancel);
  const auto first = view.changed();
  REQUIRE(first);
  CHECK(admin::parse_view(*first, "athena").archives.size() == 1);
  CHECK_FALSE(view.changed());
  revision = 2;
  REQUIRE(view.changed());
  CHECK(database.seen().size() == 4);
}

TEST_CASE("a Firebase that never answers holds up neither the start nor another environment") {
  support::ScriptedServer database([](const support::Seen&) {
    return support::Answer{"HTTP/1.1 200 X\r\nContent-", true, 0, true};
  });
  Folder folder;
  const auto file = folder / "view.json";
  core::write_file_atomically(file, sample_view());
  const auto begun = std::chrono::steady_clock::now();
  admin::Views views({{"athena", file, "", ""}, {"other", "", database.url() + "/other", ""}});
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(2));
  CHECK(views.get("athena").view->revision == 3);
  CHECK(views.get("other").view == nullptr);
  core::write_file_atomically(file, changed(sample_view(), R"("revision":3)", R"("revision":4)"));
  for (int i = 0; i < 150 && views.get("athena").view->revision == 3; ++i)
    core::CancelToken().sleep_ms(20);
  CHECK(views.get("athena").view->revision == 4);
}
