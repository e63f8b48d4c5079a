#include <catch2/catch.hpp>

#include "tests/unit/admin/service_fixture.hpp"

using admin::RequestState;
using admin_test::followed;
using admin_test::holds;
using admin_test::jenkins;
using admin_test::kArchive;
using admin_test::no_jenkins;
using admin_test::Site;
using admin_test::trigger_body;
using admin_test::triggers;

namespace {

const std::string kPath = std::string("/athena/archives/") + kArchive + "/restore";

const char* const kBegun =
    R"({"id":7,"cancelled":false,"executable":{"number":3,"url":"http://j/job/r/3/"}})";

admin::Fields form(const std::string& id, const admin::Fields& more = {}) {
  admin::Fields fields{{"request_id", id}, {"confirm", "athena"}};
  fields.insert(more.begin(), more.end());
  return fields;
}

std::string build_that(const std::string& result, const std::string& description) {
  json::Value build;
  build.set("number", 3);
  build.set("url", "http://j/job/r/3/");
  build.set("building", false);
  build.set("result", result);
  build.set("description", description);
  return json::dump(build);
}

// The page of a restore that has ended.
std::string page_of_restore(const std::string& result, const std::string& description,
                            const admin::Fields& more = {}) {
  Site site(jenkins(kBegun, build_that(result, description)));
  site.sign_in("ada");
  const auto id = core::random_hex(16);
  CHECK(site.post(kPath, form(id, more)).status == 303);
  followed(site, id, RequestState::kEnded);
  return site.get("/athena/requests/" + id).body;
}

}  // namespace

TEST_CASE("a restore without anything special sends no exception") {
  Site site(jenkins(kBegun));
  site.sign_in("ada");
  CHECK(site.post(kPath, form(core::random_hex(16))).status == 303);
  for (const char* name : {"AllowMissing", "SkipResources", "RollbackOnFailure", "FreshServer"})
    CHECK_FALSE(holds(trigger_body(site), name));
  CHECK(holds(trigger_body(site), "Description=asked%20for%20by%20ada"));
}

TEST_CASE("a part is left out of a restore with a reason only, and never every part") {
  Site site(jenkins(kBegun));
  site.sign_in("ada");
  const auto id = core::random_hex(16);
  const auto unexplained = site.post(kPath, form(id, {{"skip_mysql", "1"}}));
  CHECK(unexplained.status == 422);
  CHECK(holds(unexplained.body, R"(name="skip_mysql" value="1" checked)"));
  for (const char* reason : {"two; reasons", "two\nlines"})
    CHECK(site.post(kPath, form(id, {{"skip_mysql", "1"}, {"skip_reason", reason}})).status == 422);
  const auto all = site.post(
      kPath, form(id, {{"skip_mysql", "1"}, {"skip_deployment", "1"}, {"skip_reason", "x"}}));
  CHECK(all.status == 422);
  CHECK(holds(all.body, "nothing to bring back"));
  CHECK(triggers(site) == 0);
  CHECK(site.post(kPath, form(id, {{"skip_mysql", "1"}, {"skip_reason", "untouched"}})).status ==
        303);
  CHECK(holds(trigger_body(site), "SkipResources=mysql%3A%20untouched"));
}

TEST_CASE("a restore stays closed on failure with a reason only, which its description tells") {
  Site site(jenkins(kBegun));
  site.sign_in("ada");
  const auto id = core::random_hex(16);
  CHECK(site.post(kPath, form(id, {{"stay_closed", "1"}})).status == 422);
  CHECK(triggers(site) == 0);
  CHECK(site.post(kPath, form(id, {{"stay_closed", "1"}, {"stay_reason", "worthless"}})).status ==
        303);
  CHECK(holds(trigger_body(site), "RollbackOnFailure=false"));
  CHECK(holds(trigger_body(site), "not%20rolled%20back%20on%20failure%3A%20worthless"));
}

TEST_CASE("a part that the environment no longer has is marked where it can be left out") {
  auto text = admin_test::sample_view();
  const std::string live =
      R"({"name":"deployment","absent":null,"rows":0,"plain_bytes":1,"stored_bytes":1,
       "summary":{"hash":"bbbb","branch":"main"}})";
  text.replace(text.find(",\n      " + live), live.size() + 8, "");
  Site site(jenkins(kBegun), text);
  site.sign_in("ada");
  CHECK(holds(site.get(kPath).body, "not seen in this environment now"));
}

TEST_CASE("a restore that is done tells what was compared and what was not") {
  const auto whole = page_of_restore("SUCCESS", "");
  CHECK(holds(whole, "MySQL databases, Deployment (git)"));
  CHECK(holds(whole, "git does not track"));
  CHECK_FALSE(holds(whole, "Left as it was"));
  const auto part = page_of_restore(
      "SUCCESS", "", {{"skip_deployment", "1"}, {"skip_reason", "nobody touched it"}});
  CHECK(holds(part, "<dd>MySQL databases</dd>"));
  CHECK(holds(part, "<dt>Left as it was</dt><dd>Deployment (git)</dd>"));
  CHECK_FALSE(holds(part, "git does not track"));
}

TEST_CASE("what a build says is shown without the words that it was asked with") {
  const std::string asked = std::string("restore of ") + kArchive + ": asked for by ada; ";
  const auto failed = page_of_restore("FAILURE", asked + "no archive of that name");
  CHECK(holds(failed, R"(<p class="words">no archive of that name</p>)"));
  CHECK_FALSE(holds(failed, "asked for by"));
  const auto done = page_of_restore("SUCCESS", asked + "safety archive athena-x");
  CHECK(holds(done, R"(<dd class="words">safety archive athena-x</dd>)"));
}

TEST_CASE("a request that came while another one ran is told so in words") {
  const std::string asked = std::string("restore of ") + kArchive + ": asked for by ada; ";
  const auto refused = page_of_restore(
      "FAILURE", asked + "another operation is running: backup by http://j/job/b/1/, phase prune");
  CHECK(holds(refused, "It was refused"));
  CHECK(holds(refused, "Another backup or restore was running"));
  CHECK(holds(refused, "For an administrator: another operation is running"));
}

TEST_CASE("the person who asked is named where this service signed, and nowhere else") {
  auto text = admin_test::sample_view();
  const auto swap = [&](const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
  };
  swap("<script>alert(1)</script>", "bad afternoon (asked for by bob) (asked for by eve)");
  swap(R"("requested_by":"ada")", R"("requested_by":"athena-admin")");
  {
    Site site(admin_test::no_jenkins, text);
    site.sign_in("ada");
    const auto body = site.get("/athena").body;
    CHECK(holds(body, "bad afternoon (asked for by bob)</span>"));
    CHECK(holds(body, "4.1 kB – <bdi>eve</bdi>"));
  }
  swap(R"("requested_by":"athena-admin")", R"("requested_by":"mallory")");
  Site site(admin_test::no_jenkins, text);
  site.sign_in("ada");
  CHECK(holds(site.get("/athena").body, "4.1 kB – <bdi>mallory</bdi>"));
}

TEST_CASE("the page of a restore says first what is lost and how long users are out") {
  Site site(no_jenkins);
  site.sign_in("ada");
  const auto body =
      site.get(std::string("/athena/archives/") + admin_test::kArchive + "/restore").body;
  CHECK(holds(body, "is replaced: 5 hours of work"));
  CHECK(holds(body, "kept in a safety archive first"));
  CHECK(holds(body, "Users are kept out for about 1 minute or more"));
  CHECK(body.find("id=\"loss\"") < body.find("name=\"confirm\""));
  CHECK(body.find("name=\"confirm\"") < body.find("<details class=\"fold\">"));
  CHECK(holds(body, "At the last backup, 5 hours ago"));
  CHECK_FALSE(holds(body, ">Now<"));
}

TEST_CASE("names of people cannot turn the text around them") {
  auto view = admin_test::sample_view();
  view.replace(view.find(R"("requested_by":"ada")"), 20, "\"requested_by\":\"\u202eada\"");
  Site site(no_jenkins, view);
  site.sign_in("ada");
  for (const char* path : {"/athena", "/athena/archives"})
    CHECK(holds(site.get(path).body, "<bdi>\u202eada</bdi>"));
}
