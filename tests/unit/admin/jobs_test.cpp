#include <catch2/catch.hpp>

#include "admin/web/jobs.hpp"
#include "tests/unit/admin/service_fixture.hpp"

using admin::RequestState;
using admin_test::followed;
using admin_test::holds;
using admin_test::jenkins;
using admin_test::kArchive;
using admin_test::Site;
using admin_test::told;
using admin_test::trigger_body;
using admin_test::triggers;
using support::answer;
using support::Seen;

namespace {

const char* const kWaiting = R"({"id":7,"cancelled":false,"why":"Waiting for next executor"})";
const char* const kBegun =
    R"({"id":7,"cancelled":false,"executable":{"number":3,"url":"http://j/job/b/3/"}})";
const char* const kGood = R"({"number":3,"url":"http://j/job/b/3/","building":false,
  "result":"SUCCESS","description":"archive athena-x"})";

admin::JobRequest started(Site& site, const std::string& id) {
  site.sign_in("ada");
  const auto page = site.post("/athena/backup", {{"request_id", id}, {"description", "ä & <b>"}});
  CHECK(page.status == 303);
  CHECK(Site::header(page, "Location") == "/athena/requests/" + id);
  return *site.services().requests.find(id);
}

}  // namespace

TEST_CASE("a backup is asked for once with its parameters and followed to its result") {
  Site site(jenkins(kBegun, kGood));
  const auto id = core::random_hex(16);
  started(site, id);
  const auto request = followed(site, id, RequestState::kEnded);
  CHECK(request.result == "SUCCESS");
  CHECK(triggers(site) == 1);
  const auto body = trigger_body(site);
  CHECK(holds(body, "Environment=athena"));
  CHECK(holds(body, "RequestId=" + id));
  CHECK(holds(body, "Description=%C3%A4%20%26%20%3Cb%3E%20%28asked%20for%20by%20ada%29"));
  CHECK(holds(site.get("/athena/requests/" + id).body, "The backup is done"));
}

TEST_CASE("a form sent twice starts nothing twice, and other words under its id are refused") {
  Site site(jenkins(kWaiting));
  const auto id = core::random_hex(16);
  started(site, id);
  started(site, id);
  CHECK(triggers(site) == 1);
  CHECK(site.post("/athena/backup", {{"request_id", id}, {"description", "other"}}).status == 409);
  CHECK(triggers(site) == 1);
}

TEST_CASE("a request survives a restart of the service and is not sent again") {
  Site site(jenkins(kWaiting));
  const auto id = core::random_hex(16);
  started(site, id);
  admin::Requests reread(site.folder / "data", site.clock.now);
  const auto request = reread.find(id);
  REQUIRE(request);
  CHECK(request->queue_id == 7);
  CHECK(request->parameters.at("RequestId") == id);
  CHECK_FALSE(reread.create(*request));
}

TEST_CASE("why a build waits, and that it was cancelled, is told") {
  const auto id = core::random_hex(16);
  {
    Site site(jenkins(kWaiting));
    started(site, id);
    CHECK(told(site, id, "Waiting for next executor"));
  }
  Site site(jenkins(R"({"id":7,"cancelled":true})"));
  started(site, id);
  CHECK(followed(site, id, RequestState::kCancelled).state == RequestState::kCancelled);
  CHECK(holds(site.get("/athena/requests/" + id).body, "Nothing was changed"));
}

TEST_CASE("a queue item that Jenkins has forgotten is found again as its build") {
  Site site(jenkins("", R"({"builds":[{"number":9,"queueId":8},{"number":3,"queueId":7,
    "url":"http://j/job/b/3/","building":false,"result":"FAILURE","description":"a backup runs"}]})"));
  const auto id = core::random_hex(16);
  started(site, id);
  const auto request = followed(site, id, RequestState::kEnded);
  CHECK(request.build_number == 3);
  CHECK(request.result == "FAILURE");
  CHECK(holds(site.get("/athena/requests/" + id).body, "a backup runs"));
}

TEST_CASE("a Jenkins that refuses says why, and nothing was started") {
  for (const int status : {401, 403, 404, 400, 500}) {
    CAPTURE(status);
    Site site([=](const Seen&) { return answer(status); });
    const auto id = core::random_hex(16);
    CHECK(started(site, id).state == RequestState::kRejected);
    const auto page = site.get("/athena/requests/" + id);
    CHECK(holds(page.body, "Jenkins did not take it"));
    CHECK(triggers(site) == 1);
  }
}

TEST_CASE("a Jenkins that does not answer leaves the request open, and it may be sent again") {
  std::atomic<bool> silent{true};
  Site site([&](const Seen& seen) {
    if (silent) return support::Answer{"", true, 0, false};
    return jenkins(kBegun, kGood)(seen);
  });
  const auto id = core::random_hex(16);
  CHECK(started(site, id).state == RequestState::kSending);
  CHECK(holds(site.get("/athena/requests/" + id).body, "Send it again"));
  silent = false;
  const auto again = site.post("/athena/requests/" + id + "/again", {});
  CHECK(again.status == 303);
  CHECK(followed(site, id, RequestState::kEnded).result == "SUCCESS");
}

TEST_CASE("a restore needs the environment's name, and sends what may be missing with its reason") {
  Site site(jenkins(kWaiting));
  site.sign_in("ada");
  const std::string path = std::string("/athena/archives/") + kArchive + "/restore";
  const auto page = site.get(path);
  CHECK(page.status == 200);
  CHECK(holds(page.body, "aaaa"));
  CHECK(holds(page.body, "bbbb"));
  const auto id = core::random_hex(16);
  const auto wrong = site.post(path, {{"request_id", id}, {"confirm", "athene"}});
  CHECK(wrong.status == 422);
  CHECK(holds(wrong.body, id));
  CHECK(triggers(site) == 0);
  CHECK(site.post(path, {{"request_id", id}, {"confirm", "athena"}, {"lost_mysql", "1"}}).status ==
        422);
  CHECK(site.post(path, {{"request_id", id},
                         {"confirm", "athena"},
                         {"lost_mysql", "1"},
                         {"lost_reason", "disk dead"}})
            .status == 303);
  CHECK(holds(trigger_body(site), "AllowMissing=mysql%3A%20disk%20dead"));
  CHECK(holds(trigger_body(site), std::string("BackupId=") + kArchive));
}

TEST_CASE("an archive is pinned with a reason only") {
  Site site(jenkins(kWaiting));
  site.sign_in("ada");
  const std::string path = std::string("/athena/archives/") + kArchive + "/manage";
  const auto id = core::random_hex(16);
  CHECK(site.post(path, {{"request_id", id}, {"action", "pin"}}).status == 422);
  CHECK(site.post(path, {{"request_id", id}, {"action", "delete"}}).status == 404);
  CHECK(site.post(path, {{"request_id", id}, {"action", "pin"}, {"reason", "why"}}).status == 303);
  CHECK(holds(trigger_body(site), "Action=pin"));
}

TEST_CASE("500 characters of any script are enough, and one more is too many") {
  for (const std::string& one :
       {std::string("a"), std::string("ä"), std::string("漢"), std::string("😀")}) {
    CAPTURE(one);
    std::string text;
    for (int i = 0; i < 500; ++i) text += one;
    CHECK(admin::text_trouble(text).empty());
    CHECK(holds(admin::text_trouble(text + one), "500 characters"));
  }
}
