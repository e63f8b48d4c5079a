#include "google/access_tokens.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "google/service.hpp"
#include "key_file.hpp"
#include "tests/support/scripted_server.hpp"

using support::answer;
using support::ScriptedServer;
using support::Seen;

namespace {

class Hands final : public core::Clock {
 public:
  std::int64_t now_ms() const override { return 1'700'000'000'000 + passed_ms; }
  std::int64_t boottime_ms() const override { return 5'000 + passed_ms; }
  std::string boot_id() const override { return "boot"; }
  std::int64_t passed_ms = 0;
};

// Hands out token-1, token-2 ... for an hour each, and answers everything else by its token.
struct TokenService {
  TokenService()
      : server([this](const Seen& seen) {
          if (seen.target != "/token") return on_call(seen);
          CHECK(seen.body.rfind("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
                                "&assertion=",
                                0) == 0);
          return answer(200, R"({"access_token":"token-)" + std::to_string(++given) +
                                 R"(","expires_in":3599,"token_type":"Bearer"})");
        }) {}

  google::ServiceAccount account() const {
    return google::parse_service_account(key.file(server.url() + "/token"));
  }

  test_google::Key key;
  int given = 0;
  std::function<support::Answer(const Seen&)> on_call;
  ScriptedServer server;
};

bool bears(const Seen& seen, const std::string& token) {
  return seen.head.find("Authorization: Bearer " + token + "\r\n") != std::string::npos;
}

}  // namespace

TEST_CASE("a token is asked for once and renewed five minutes before it expires") {
  TokenService google;
  core::CancelToken cancel;
  Hands clock;
  google::AccessTokens tokens(google.account(), cancel, clock);
  CHECK(tokens.current() == "token-1");
  clock.passed_ms = 3298 * 1000;
  CHECK(tokens.current() == "token-1");
  clock.passed_ms = 3300 * 1000;
  CHECK(tokens.current() == "token-2");
  CHECK(google.given == 2);
}

TEST_CASE("a token that a service refused is replaced, unless another has been asked for since") {
  TokenService google;
  core::CancelToken cancel;
  google::AccessTokens tokens(google.account(), cancel);
  const auto first = tokens.current();
  tokens.refused(first);
  CHECK(tokens.current() == "token-2");
  tokens.refused(first);
  CHECK(tokens.current() == "token-2");
}

TEST_CASE("the emulators' token is owner") {
  google::AccessTokens tokens;
  CHECK(tokens.current() == "owner");
}

TEST_CASE("an account that Google refuses is a matter of credentials") {
  test_google::Key key;
  ScriptedServer server([](const Seen&) {
    return answer(400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})");
  });
  core::CancelToken cancel;
  google::AccessTokens tokens(google::parse_service_account(key.file(server.url())), cancel);
  try {
    tokens.current();
    FAIL("accepted");
  } catch (const core::Error& error) {
    CHECK(error.code() == core::ExitCode::kCredentials);
    CHECK_THAT(error.what(), Catch::Matchers::Contains("invalid_grant: Invalid JWT Signature."));
  }
}

TEST_CASE("a call whose token has run out is repeated with a new one") {
  TokenService google;
  google.on_call = [](const Seen& seen) {
    return bears(seen, "token-2") ? answer(200, R"({"a":1})") : answer(401, "{}");
  };
  core::CancelToken cancel;
  google::Service service({"demo", google.server.url()},
                          std::make_shared<google::AccessTokens>(google.account(), cancel), cancel);
  CHECK(service.get_json("/x", "reading x").get_int("a") == 1);
  CHECK(google.given == 2);
}

TEST_CASE("a call that is answered with 429, 500 or 503 is made again") {
  for (const int status : {429, 500, 503}) {
    int calls = 0;
    ScriptedServer server([&](const Seen& seen) {
      CHECK(bears(seen, "owner"));
      return ++calls < 3 ? answer(status, "busy") : answer(200, "[]");
    });
    core::CancelToken cancel;
    google::Service service({"demo", server.url()}, std::make_shared<google::AccessTokens>(),
                            cancel);
    CHECK(service.call("POST", "/x", "{}", "writing x") == "[]");
    CHECK(calls == 3);
  }
}

TEST_CASE("an error is told in Google's words") {
  CHECK(google::api_error(R"({"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}})")
            .status == "INVALID_ARGUMENT");
  CHECK(google::api_error(R"([{"error":{"code":404,"message":"gone","status":"NOT_FOUND"}}])")
            .message == "gone");
  CHECK(google::api_error(R"({"error":"Permission denied"})").message == "Permission denied");
  CHECK(google::api_error("<html>").message == "<html>");
  ScriptedServer server([](const Seen&) {
    return answer(403,
                  R"({"error":{"message":"Missing permission","status":"PERMISSION_DENIED"}})");
  });
  core::CancelToken cancel;
  google::Service service({"demo", server.url()}, std::make_shared<google::AccessTokens>(), cancel);
  try {
    service.get_json("/x", "reading x");
    FAIL("accepted");
  } catch (const core::Error& error) {
    CHECK(error.code() == core::ExitCode::kCredentials);
    CHECK_THAT(error.what(),
               Catch::Matchers::Contains("reading x: " + server.url() +
                                         "/x answered 403 PERMISSION_DENIED: Missing permission"));
  }
}
