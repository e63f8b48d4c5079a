#include "resources/firebase/firestore_database.hpp"

#include <atomic>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/support/scripted_server.hpp"

using namespace resources::firebase;
using Catch::Matchers::Contains;
using support::Answer;
using support::answer;
using support::ScriptedServer;
using support::Seen;

namespace {

const std::string kRoot = "projects/demo/databases/(default)/documents";

std::string entry(const std::string& path) {
  return R"({"document":{"name":")" + kRoot + "/" + path + R"("},"readTime":"t"})";
}

struct Site {
  explicit Site(ScriptedServer::Handler handler)
      : server(std::move(handler)),
        database(
            std::make_shared<google::Service>(google::ServiceOptions{"firestore", server.url()},
                                              std::make_shared<google::AccessTokens>(), cancel),
            "demo", "(default)") {}

  std::vector<std::string> names(const std::string& read_time = "") {
    std::vector<std::string> found;
    database.read("a", {read_time, false},
                  [&](const Document& document) { found.push_back(name_of(document)); });
    return found;
  }

  core::CancelToken cancel;
  ScriptedServer server;
  Database database;
};

template <typename Action>
std::string error_of(core::ExitCode code, const Action& action) {
  try {
    action();
  } catch (const core::Error& error) {
    CHECK(error.code() == code);
    return error.what();
  }
  return "no error";
}

const std::vector<std::string> kThree{kRoot + "/a/1", kRoot + "/a/2", kRoot + "/a/3"};

}  // namespace

TEST_CASE("a stream that breaks goes on behind the last document") {
  std::atomic<int> calls{0};
  Site site([&](const Seen& seen) {
    if (++calls == 1) {
      Answer broken = answer(200, "[" + entry("a/1") + ",\n" + entry("a/2") + ",");
      broken.bytes.replace(broken.bytes.find("Content-Length: "), 16, "Content-Length: 9");
      broken.close = true;
      return broken;
    }
    CHECK_THAT(seen.body, Contains(R"("startAt":{"values":[{"referenceValue":")" + kRoot +
                                   R"(/a/2"}],"before":false})"));
    return answer(200, "[" + entry("a/3") + "]");
  });
  CHECK(site.names() == kThree);
  CHECK(calls == 2);
}

TEST_CASE("a stream that ends with an error goes on behind the last document") {
  std::atomic<int> calls{0};
  Site site([&](const Seen&) {
    if (++calls == 1)
      return answer(
          200, "[" + entry("a/1") + "," + entry("a/2") +
                   R"(,{"error":{"code":504,"status":"DEADLINE_EXCEEDED","message":"late"}}])");
    return answer(200, "[" + entry("a/3") + "]");
  });
  CHECK(site.names() == kThree);
}

TEST_CASE("an error that comes back each time is told") {
  Site site([&](const Seen&) {
    return answer(200, R"([{"error":{"code":13,"status":"INTERNAL","message":"broken index"}}])");
  });
  CHECK_THAT(error_of(core::ExitCode::kServiceError, [&] { site.names(); }),
             Contains("reading collection a: broken index"));
}

TEST_CASE("a cut that the server has forgotten is told as such") {
  Site site([&](const Seen& seen) {
    CHECK_THAT(seen.body, Contains(R"("readTime":"2026-01-01T00:00:00Z")"));
    return answer(400, R"([{"error":{"code":400,"status":"FAILED_PRECONDITION","message":)"
                       R"("The requested 'read_time' is too old."}}])");
  });
  CHECK_THAT(error_of(core::ExitCode::kServiceError, [&] { site.names("2026-01-01T00:00:00Z"); }),
             Contains("the cut of Firestore database (default) is gone"));
}

TEST_CASE("an answer that is cut short without an error is refused") {
  Site site([&](const Seen&) { return answer(200, "[" + entry("a/1")); });
  error_of(core::ExitCode::kIntegrity, [&] { site.names(); });
}

TEST_CASE("writes for which the server was too busy are sent again, and only those") {
  std::vector<std::string> bodies;
  Site site([&](const Seen& seen) {
    bodies.push_back(seen.body);
    if (bodies.size() == 1)
      return answer(200, R"({"status":[{},{"code":8,"message":"slow down"},{}]})");
    return answer(200, R"({"status":[{}]})");
  });
  site.database.write({R"({"delete":"x/1"})", R"({"delete":"x/2"})", R"({"delete":"x/3"})"});
  REQUIRE(bodies.size() == 2);
  CHECK(bodies[1] == R"({"writes":[{"delete":"x/2"}]})");
}

TEST_CASE("a write that is refused fails by the document's name") {
  Site site([&](const Seen&) {
    return answer(200, R"({"status":[{},{"code":3,"message":"too large"}]})");
  });
  CHECK_THAT(error_of(core::ExitCode::kServiceError,
                      [&] {
                        site.database.write(
                            {R"({"update":{"name":"p/a/1"}})", R"({"update":{"name":"p/a/2"}})"});
                      }),
             Contains("document p/a/2 is refused with code 3: too large"));
}

TEST_CASE("an answer for fewer writes than were sent is refused") {
  Site site([&](const Seen&) { return answer(200, R"({"status":[{}]})"); });
  error_of(core::ExitCode::kIntegrity, [&] {
    site.database.write({R"({"delete":"x/1"})", R"({"delete":"x/2"})"});
  });
}

TEST_CASE("a database that is not there is told as not found") {
  Site site([&](const Seen&) {
    return answer(404, R"([{"error":{"code":404,"status":"NOT_FOUND","message":"no database"}}])");
  });
  CHECK_THAT(error_of(core::ExitCode::kNotFound, [&] { site.database.now(); }),
             Contains("project demo has no Firestore database (default)"));
}
