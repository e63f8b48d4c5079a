#include <catch2/catch.hpp>

#include <chrono>

#include "tests/unit/admin/service_fixture.hpp"

using admin::RequestState;
using admin_test::followed;
using admin_test::holds;
using admin_test::Site;
using admin_test::told;
using admin_test::triggers;
using support::answer;
using support::Seen;

namespace {

using Clock = std::chrono::steady_clock;

std::chrono::seconds since(Clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begun);
}

}  // namespace

TEST_CASE("pages do not wait for a Jenkins that begins an answer and never ends it") {
  std::atomic<bool> stuck{true};
  Site site([&](const Seen& seen) {
    if (stuck) return support::Answer{"HTTP/1.1 201 X\r\nLoca", true, 0, true};
    if (holds(seen.target, "/queue/")) return answer(200, R"({"items":[]})");
    return answer(200, R"({"builds":[{"number":3,"queueId":7,"url":"http://j/job/b/3/",
      "building":false,"result":"SUCCESS","actions":[{"parameters":[
        {"name":"RequestId","value":"0123456789abcdef0123456789abcdef"}]}]}]})");
  });
  site.sign_in("ada");
  const std::string id = "0123456789abcdef0123456789abcdef";
  const auto begun = Clock::now();
  CHECK(site.post("/athena/backup", {{"request_id", id}, {"description", "x"}}).status == 303);
  CHECK(holds(site.get("/athena/requests/" + id).body, "Asking Jenkins"));
  CHECK(site.get("/athena").status == 200);
  CHECK(since(begun) < std::chrono::seconds(8));
  // the same form again, while Jenkins is still being asked
  CHECK(site.post("/athena/backup", {{"request_id", id}, {"description", "x"}}).status == 303);
  CHECK(told(site, id, "Jenkins does not answer just now"));
  CHECK(triggers(site) == 1);
  stuck = false;
  // a look under way still waits for the answer that never ends
  for (int i = 0; i < 10 && site.services().requests.find(id)->open(); ++i)
    followed(site, id, RequestState::kEnded);
  CHECK(site.services().requests.find(id)->result == "SUCCESS");
  CHECK(triggers(site) == 1);
}

TEST_CASE(
    "people are told in words, and an administrator with the address, that Jenkins is silent") {
  Site site([](const Seen&) { return support::Answer{"", true, 0, false}; });
  site.sign_in("ada");
  const auto id = core::random_hex(16);
  site.post("/athena/backup", {{"request_id", id}});
  CHECK(told(site, id, "Jenkins does not answer just now. Perhaps it took the request"));
  const auto body = site.get("/athena/requests/" + id).body;
  CHECK(holds(body, "For an administrator: "));
  CHECK(holds(body, site.jenkins_server.url()));
}
