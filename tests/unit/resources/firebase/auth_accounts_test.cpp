#include "resources/firebase/auth_accounts.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "json/ranges.hpp"
#include "tests/support/scripted_server.hpp"

using namespace resources::firebase;
using Catch::Matchers::Contains;
using support::answer;
using support::ScriptedServer;
using support::Seen;

namespace {

struct Site {
  explicit Site(ScriptedServer::Handler handler, const std::string& tenant = "")
      : server(std::move(handler)),
        accounts(
            std::make_shared<google::Service>(google::ServiceOptions{"auth", server.url()},
                                              std::make_shared<google::AccessTokens>(), cancel),
            "demo", tenant) {}

  core::CancelToken cancel;
  ScriptedServer server;
  Accounts accounts;
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

}  // namespace

TEST_CASE("users are read page by page, a tenant's under its own path") {
  Site site(
      [](const Seen& seen) {
        const std::string page = "/v1/projects/demo/tenants/t1/accounts:batchGet?maxResults=1000";
        if (seen.target == page)
          return answer(200,
                        R"({"users":[{"localId":"a"},{"localId":"b"}],"nextPageToken":"x y"})");
        CHECK(seen.target == page + "&nextPageToken=x%20y");
        return answer(200, R"({"kind":"k","users":[{"localId":"c"}]})");
      },
      "t1");
  std::string ids;
  site.accounts.read([&](std::string_view object) {
    ids += json::decode_string(json::member(object, "localId"));
  });
  CHECK(ids == "abc");
}

TEST_CASE("an upload in which some users are refused fails and lists each of them") {
  Site site([](const Seen& seen) {
    CHECK_THAT(seen.body, Contains(R"("signerKey":"k")") && Contains(R"("allowOverwrite":true)"));
    return answer(200,
                  R"({"error":[{"index":1,"message":"bad email"},{"index":2,"message":"dup"}]})");
  });
  const auto message = error_of(core::ExitCode::kServiceError, [&] {
    site.accounts.upload({R"({"localId":"a"})", R"({"localId":"b"})", R"({"localId":"c"})"},
                         {"k", "s", 8, 14});
  });
  CHECK(message == "2 users of project demo were refused:\n  b: bad email\n  c: dup");
}

TEST_CASE("users that cannot be removed fail and are listed") {
  Site site([](const Seen& seen) {
    CHECK_THAT(seen.body, Contains(R"("force":true)"));
    return answer(200, R"({"errors":[{"index":0,"localId":"a","message":"no"}]})");
  });
  CHECK(error_of(core::ExitCode::kServiceError, [&] { site.accounts.remove({"a"}); }) ==
        "1 users of project demo could not be removed:\n  a: no");
}

TEST_CASE("the right to write users is asked for without writing any") {
  for (const auto& [status, code] :
       {std::pair{400, core::ExitCode::kOk}, std::pair{403, core::ExitCode::kCredentials}}) {
    Site site([status = status](const Seen& seen) {
      CHECK(seen.body == R"({"users":[]})");
      return answer(status, R"({"error":{"message":"MISSING"}})");
    });
    if (code == core::ExitCode::kOk)
      site.accounts.require_writable();
    else
      error_of(code, [&] { site.accounts.require_writable(); });
  }
}
