#include "admin/view/headline.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/admin/service_fixture.hpp"

using admin::Facts;
using admin::Headline;
using admin::Tone;
using admin_test::holds;
using admin_test::no_jenkins;
using admin_test::Site;

namespace {

// Every combination that can be told apart: 2^8 and how many archives are damaged.
std::vector<Facts> all_facts() {
  std::vector<Facts> all;
  for (unsigned bits = 0; bits < 256; ++bits)
    for (std::size_t damaged = 0; damaged <= 2; ++damaged)
      for (std::size_t archives : {std::size_t{0}, std::size_t{2}}) {
        Facts facts;
        facts.known = (bits & 1) != 0;
        facts.up_to_date = (bits & 2) != 0;
        facts.running = (bits & 4) != 0;
        facts.silent = (bits & 8) != 0;
        facts.closed = (bits & 16) != 0;
        facts.maintenance = (bits & 32) != 0;
        facts.last_failed = (bits & 64) != 0;
        facts.verified = (bits & 128) != 0;
        facts.archives = archives;
        facts.damaged = damaged;
        if (damaged > archives || (facts.verified && damaged == archives)) continue;
        for (const bool fresh : {false, true}) {
          facts.fresh = fresh;
          if (!fresh || facts.verified) all.push_back(facts);
        }
      }
  return all;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

std::string view_with_last(const std::string& operation) {
  return with(admin_test::sample_view(), R"("last_operation":null)",
              R"("last_operation":{"id":"op-1",)" + operation + "}");
}

std::string view_that_runs(const std::string& operation) {
  return with(admin_test::sample_view(), R"("operation":null)",
              R"("operation":{"id":"op-1","outcome":"running",)" + operation + "}");
}

}  // namespace

TEST_CASE("a page is green only when everything known is well") {
  std::size_t green = 0;
  for (const auto& facts : all_facts()) {
    const bool well = facts.known && facts.up_to_date && !facts.running && !facts.closed &&
                      !facts.maintenance && !facts.last_failed && facts.fresh && facts.damaged == 0;
    CHECK((tone_of(headline_of(facts)) == Tone::kGood) == well);
    green += well ? 1 : 0;
  }
  CHECK(green > 0);
}

TEST_CASE("a page is red when users are out or nothing good is left to restore") {
  for (const auto& facts : all_facts()) {
    if (!facts.known) {
      CHECK(headline_of(facts) == Headline::kUnknown);
      continue;
    }
    const bool red = facts.running ? facts.silent
                                   : facts.closed ||
                                         (facts.archives > 0 && facts.damaged == facts.archives) ||
                                         (facts.last_failed && !facts.fresh);
    CHECK((tone_of(headline_of(facts)) == Tone::kBad) == red);
    CHECK((tone_of(headline_of(facts)) == Tone::kBusy) == (facts.running && !facts.silent));
  }
}

TEST_CASE("of several troubles the page names the worst") {
  struct Row {
    Facts facts;
    Headline headline;
  };
  // known, up to date, running, silent, closed, maintenance, last failed, verified, fresh,
  // archives, damaged
  const Row rows[]{
      {{false, true, false, false, false, false, false, false, false, 0, 0}, Headline::kUnknown},
      {{true, true, true, true, true, false, true, true, true, 3, 0}, Headline::kNoSign},
      {{true, true, true, false, true, true, true, true, true, 3, 1}, Headline::kRunning},
      {{true, true, false, false, true, false, true, false, false, 3, 3}, Headline::kClosed},
      {{true, true, false, false, false, true, true, false, false, 3, 3}, Headline::kAllDamaged},
      {{true, true, false, false, false, true, true, true, false, 3, 1}, Headline::kNoGoodLeft},
      {{true, true, false, false, false, true, true, true, true, 3, 1}, Headline::kLastFailed},
      {{true, true, false, false, false, true, false, true, false, 3, 1}, Headline::kMaintenance},
      {{true, true, false, false, false, false, false, false, false, 0, 0}, Headline::kNoArchive},
      {{true, true, false, false, false, false, false, false, false, 3, 1}, Headline::kNoArchive},
      {{true, false, false, false, false, false, false, true, false, 3, 1}, Headline::kLate},
      {{true, false, false, false, false, false, false, true, true, 3, 1}, Headline::kSomeDamaged},
      {{true, false, false, false, false, false, false, true, true, 3, 0}, Headline::kOutOfDate},
      {{true, true, false, false, false, false, false, true, true, 3, 0}, Headline::kWell}};
  for (const auto& row : rows) CHECK(headline_of(row.facts) == row.headline);
}

TEST_CASE("after a failed backup or restore nothing says that all is well, on either page") {
  Site site(no_jenkins, view_with_last(R"("kind":"backup","outcome":"failed",
      "error":"mysql: the database athena-server is gone")"));
  site.services().settings.environments.push_back({"other", site.folder / "view.json", "", ""});
  site.sign_in("ada");
  const auto body = site.get("/athena").body;
  CHECK(holds(body, "The last backup failed"));
  CHECK(holds(body, "the database athena-server is gone"));
  CHECK(holds(body, "bring it back from an archive"));
  CHECK_FALSE(holds(body, "All is well"));
  Site restored(no_jenkins, view_with_last(R"("kind":"restore","outcome":"failed",
      "ended_as":"rolled_back")"));
  restored.sign_in("ada");
  CHECK(holds(restored.get("/athena").body, "The last restore failed"));
  CHECK_FALSE(holds(restored.get("/athena").body, "All is well"));
}

TEST_CASE("when every archive is damaged the page says so, and not that there is none yet") {
  auto view = with(admin_test::sample_view(), R"("damage":"")", R"("damage":"chunk 3 differs")");
  Site site(no_jenkins, view);
  site.sign_in("ada");
  CHECK(holds(site.get("/athena").body, "Every archive is damaged"));
  CHECK(holds(site.get("/athena").body, "card status bad"));
}

TEST_CASE("one damaged archive beside a good one is told first") {
  auto document = json::parse(admin_test::sample_view(), "view");
  json::Value archives = document.at("archives");
  json::Value damaged = archives.as_array()[0];
  damaged.set("backup_id", "athena-20261121T223000Z-0000bb");
  damaged.set("created_at", "2026-11-21T22:30:00Z");
  damaged.set("damage", "chunk 3 differs");
  archives.push_back(std::move(damaged));
  document.set("archives", std::move(archives));
  Site site(no_jenkins, json::dump(document));
  site.sign_in("ada");
  CHECK(holds(site.get("/athena").body, "One archive is damaged"));
  CHECK_FALSE(holds(site.get("/athena").body, "All is well"));
}

TEST_CASE("a build without a sign of life shows no time left, and an operator can clear up") {
  Site site(no_jenkins, view_that_runs(R"("kind":"restore","phase":"snapshot","percent":61,
      "seconds_left":120,"heartbeat_at":"2026-11-23T02:50:00Z")"));
  site.sign_in("ada");
  const auto body = site.get("/athena").body;
  CHECK(holds(body, "No sign of life from the restore"));
  CHECK(holds(body, "40 minutes ago"));
  CHECK_FALSE(holds(body, "about 2 minutes left"));
  CHECK(holds(body, "Check and clear up"));
  site.sign_in("vic");
  CHECK_FALSE(holds(site.get("/athena").body, "Check and clear up</button>"));
  CHECK(site.post("/athena/clear-up", {{"request_id", core::random_hex(16)}}).status == 403);
}

TEST_CASE("checking and clearing up starts the job that does it, once") {
  Site site(admin_test::jenkins(""), view_that_runs(R"("kind":"backup","phase":"snapshot",
      "heartbeat_at":"2026-11-23T02:50:00Z")"));
  site.sign_in("ada");
  const std::string id = core::random_hex(16);
  CHECK(site.post("/athena/clear-up", {{"request_id", id}}).status == 303);
  CHECK(site.post("/athena/clear-up", {{"request_id", id}}).status == 303);
  CHECK(admin_test::triggers(site) == 1);
  for (const auto& seen : site.jenkins_server.seen())
    if (seen.method == "POST") CHECK(holds(seen.target, "/job/reconcile-environment/"));
  CHECK(holds(admin_test::trigger_body(site), "Environment=athena"));
  CHECK(holds(site.get("/athena/requests/" + id).body, "Check and clear up"));
}

TEST_CASE("while a restore loads beside today's data users work, and after that they do not") {
  for (const auto& [phase, words] : std::initializer_list<std::pair<std::string, std::string>>{
           {"preflight", "Users still work"},
           {"stage", "Users still work"},
           {"snapshot", "Users see the maintenance page"},
           {"restore", "Users see the maintenance page"}}) {
    CAPTURE(phase);
    Site site(no_jenkins,
              view_that_runs(R"("kind":"restore","heartbeat_at":"2026-11-23T03:29:50Z","phase":")" +
                             phase + "\""));
    site.sign_in("ada");
    const auto body = site.get("/athena").body;
    CHECK(holds(body, words));
    CHECK(holds(body, "Loading the archive beside today"));
  }
}
