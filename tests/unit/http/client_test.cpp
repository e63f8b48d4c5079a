#include "http/client.hpp"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/support/scripted_server.hpp"

using support::Answer;
using support::answer;
using support::ScriptedServer;
using support::Seen;

namespace {
http::ClientOptions quick(const std::vector<std::string>& hosts) {
  http::ClientOptions options;
  options.name = "service";
  options.hosts = hosts;
  options.retries = {3, 5, 20};
  return options;
}

std::string dead_host() {
  return "http://127.0.0.1:" + std::to_string(support::unused_port());
}

core::ExitCode code_of(http::Client& client, const http::Request& request) {
  try {
    client.send(request);
  } catch (const core::Error& error) {
    return error.code();
  }
  return core::ExitCode::kOk;
}

http::Request get(const std::string& url) {
  http::Request request;
  request.url = url;
  return request;
}

http::Request post(const std::string& url, std::string_view body) {
  http::Request request;
  request.method = "POST";
  request.url = url;
  request.body = body;
  return request;
}
}  // namespace

TEST_CASE("requests of one client share one connection") {
  ScriptedServer server([](const Seen& seen) { return answer(200, seen.method + seen.body); });
  core::CancelToken cancel;
  http::Client client(quick({server.url()}), cancel);
  http::Response response;
  for (int round = 0; round < 20; ++round) {
    client.send(post("/a", "body"), response);
    CHECK(response.body == "POSTbody");
    client.send(get("/b?x=1"), response);
    CHECK(response.body == "GET");
  }
  CHECK(response.url == server.url() + "/b");
  CHECK(server.connections() == 1);
}

TEST_CASE("methods, bodies and headers arrive as they were given") {
  ScriptedServer server([](const Seen&) { return answer(201, "", "X-Answer:  yes \r\n"); });
  core::CancelToken cancel;
  auto options = quick({server.url()});
  options.headers = {{"Accept", "a/b"}, {"X-All", "1"}};
  http::Client client(options, cancel);
  http::Request request = post("/x", R"({"a":1})");
  request.method = "PUT";
  request.headers = {{"Content-Type", "application/json"}, {"accept", "c/d"}};
  const auto response = client.send(request);
  CHECK(response.status == 201);
  CHECK(response.header("x-ANSWER") == "yes");
  client.send(post("/y", ""));
  request = get("/z");
  request.method = "HEAD";
  client.send(request);

  const auto seen = server.seen();
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].method == "PUT");
  CHECK(seen[0].body == R"({"a":1})");
  CHECK_THAT(seen[0].head, Catch::Contains("accept: c/d") && !Catch::Contains("a/b"));
  CHECK_THAT(seen[0].head, Catch::Contains("X-All: 1") && !Catch::Contains("Expect"));
  CHECK_THAT(seen[1].head, Catch::Contains("Content-Length: 0") && !Catch::Contains("form-url"));
  CHECK(seen[2].method == "HEAD");
}

TEST_CASE("a body can be made while it is sent, and is made again for a retry") {
  std::atomic<int> answers{0};
  ScriptedServer server([&](const Seen&) { return answer(answers++ == 0 ? 503 : 200); });
  core::CancelToken cancel;
  http::Client client(quick({server.url()}), cancel);
  const std::string whole(300'000, 'b');
  std::size_t sent = 0;
  http::Request request = post("/", "");
  request.retryable = true;
  request.source.read = [&](char* buffer, std::size_t size) {
    const auto count = whole.copy(buffer, size, sent);
    sent += count;
    return count;
  };
  request.source.rewind = [&] { sent = 0; };
  CHECK(client.send(request).status == 200);
  const auto seen = server.seen();
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].body == whole);
  CHECK(seen[1].body == whole);
}

TEST_CASE("a large answer goes to on_data in pieces and is not kept") {
  const std::string large(3'000'000, 'x');
  ScriptedServer server([&](const Seen& seen) {
    return seen.target == "/gone" ? answer(404, "no such thing") : answer(200, large);
  });
  core::CancelToken cancel;
  auto options = quick({server.url()});
  options.response_limit_bytes = 1000;
  http::Client client(options, cancel);
  std::size_t arrived = 0;
  auto request = get("/");
  request.on_data = [&](std::string_view bytes) { arrived += bytes.size(); };
  CHECK(client.send(request).body.empty());
  CHECK(arrived == large.size());
  request.url = "/gone";
  CHECK(client.send(request).body == "no such thing");
  CHECK(arrived == large.size());
  CHECK(code_of(client, get("/")) == core::ExitCode::kServiceError);
}

TEST_CASE("what on_data throws comes out of send") {
  ScriptedServer server([](const Seen&) { return answer(200, "x"); });
  core::CancelToken cancel;
  http::Client client(quick({server.url()}), cancel);
  auto request = get("/");
  request.on_data = [](std::string_view) { throw std::logic_error("mine"); };
  CHECK_THROWS_WITH(client.send(request), "mine");
}

TEST_CASE("a service that is busy for a moment is asked again") {
  std::atomic<int> answers{0};
  ScriptedServer server([&](const Seen&) { return answer(answers++ < 2 ? 503 : 200); });
  core::CancelToken cancel;
  http::Client client(quick({server.url()}), cancel);
  CHECK(client.send(get("/")).status == 200);
  CHECK(server.seen().size() == 3);
}

TEST_CASE("a service that stays busy is an answer after all attempts") {
  ScriptedServer server([](const Seen&) { return answer(429); });
  core::CancelToken cancel;
  http::Client client(quick({server.url()}), cancel);
  CHECK(client.send(get("/")).status == 429);
  CHECK(server.seen().size() == 3);
}

TEST_CASE("Retry-After is waited for") {
  std::atomic<int> answers{0};
  ScriptedServer server([&](const Seen&) {
    return answers++ == 0 ? answer(429, "", "Retry-After: 1\r\n") : answer(200);
  });
  core::CancelToken cancel;
  auto options = quick({server.url()});
  options.retries.longest_delay_ms = 5000;
  http::Client client(options, cancel);
  const auto begun = std::chrono::steady_clock::now();
  CHECK(client.send(get("/")).status == 200);
  CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(950));
}

TEST_CASE("a POST that may have been heard is never sent twice") {
  ScriptedServer server([](const Seen& seen) {
    return seen.target == "/busy" ? answer(503) : Answer{"", true};
  });
  core::CancelToken cancel;
  http::Client client(quick({server.url()}), cancel);
  CHECK(client.send(post("/busy", "x")).status == 503);
  CHECK(code_of(client, post("/broken", "x")) == core::ExitCode::kUnreachable);
  CHECK(server.seen().size() == 2);
}

TEST_CASE("a transfer that breaks off is repeated, unless its bytes were handed on") {
  std::atomic<int> answers{0};
  ScriptedServer server([&](const Seen&) {
    if (answers++ == 0) return Answer{"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\nhalf", true};
    return answer(200, "the whole");
  });
  core::CancelToken cancel;
  http::Client client(quick({server.url()}), cancel);
  CHECK(client.send(get("/")).body == "the whole");
  answers = 0;
  std::string kept;
  auto request = get("/");
  request.on_data = [&](std::string_view bytes) { kept += bytes; };
  CHECK(code_of(client, request) == core::ExitCode::kUnreachable);
  CHECK(kept == "half");
}

TEST_CASE("nobody listening is unreachable after all attempts, and the message holds no secret") {
  core::CancelToken cancel;
  auto host = dead_host();
  host.insert(7, "user:topsecret@");
  http::Client client(quick({host}), cancel);
  try {
    client.send(post("/x?token=hidden", "x"));
    FAIL("answered");
  } catch (const core::Error& error) {
    CHECK(error.code() == core::ExitCode::kUnreachable);
    CHECK_THAT(error.what(), Catch::Contains("service at http://127.0.0.1:") &&
                                 Catch::Contains("after 3 attempts") &&
                                 !Catch::Contains("topsecret") && !Catch::Contains("hidden"));
  }
}

TEST_CASE("a dead host of several is skipped and left alone afterwards") {
  ScriptedServer server([](const Seen&) { return answer(200); });
  core::CancelToken cancel;
  http::Client client(quick({dead_host(), dead_host(), dead_host(), server.url()}), cancel);
  for (int round = 0; round < 3; ++round) {
    const auto response = client.send(post("/", "x"));
    CHECK(response.status == 200);
    CHECK(response.url == server.url() + "/");
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("each kind of authentication is sent as its service expects") {
  ScriptedServer server([](const Seen&) { return answer(200); });
  core::CancelToken cancel;
  const auto head_with = [&](const http::Authentication& authentication) {
    auto options = quick({server.url()});
    options.authentication = authentication;
    http::Client(options, cancel).send(post("/", "{}"));
    return server.seen().back().head;
  };
  CHECK_THAT(head_with(http::Basic{"user", "pa:ss"}),
             Catch::Contains("Authorization: Basic dXNlcjpwYTpzcw=="));
  CHECK_THAT(head_with(http::Bearer{"abc"}), Catch::Contains("Authorization: Bearer abc"));
  CHECK_THAT(head_with(http::ApiKey{"k"}), Catch::Contains("Authorization: ApiKey k"));
  const auto aws = head_with(http::AwsKeys{"AKID", "secret", "session", "eu-west-1", "ecr"});
  CHECK_THAT(aws, Catch::Contains("Authorization: AWS4-HMAC-SHA256 Credential=AKID/") &&
                      Catch::Contains("/eu-west-1/ecr/aws4_request") &&
                      Catch::Contains("X-Amz-Security-Token: session"));
  CHECK_THAT(head_with(http::NoAuth{}), !Catch::Contains("Authorization"));
}

TEST_CASE("a secret with a line end cannot add a header") {
  core::CancelToken cancel;
  auto options = quick({dead_host()});
  options.authentication = http::Bearer{"abc\r\nX-Evil: 1"};
  http::Client client(options, cancel);
  CHECK(code_of(client, get("/")) == core::ExitCode::kConfiguration);
}

TEST_CASE("a redirect is an answer, not followed") {
  ScriptedServer server([](const Seen&) { return answer(302, "", "Location: /elsewhere\r\n"); });
  core::CancelToken cancel;
  http::Client client(quick({server.url()}), cancel);
  CHECK(client.send(get("/")).status == 302);
  CHECK(server.seen().size() == 1);
}

TEST_CASE("what does not speak HTTP is an error of the service, not asked again") {
  ScriptedServer server([](const Seen&) { return Answer{"SSH-2.0-OpenSSH_9.2\r\n", true}; });
  core::CancelToken cancel;
  http::Client client(quick({server.url()}), cancel);
  CHECK(code_of(client, get("/")) == core::ExitCode::kServiceError);
  CHECK(server.seen().size() == 1);
}

TEST_CASE("addresses that are none are refused before anything is sent") {
  core::CancelToken cancel;
  http::Client client(quick({}), cancel);
  CHECK(code_of(client, get("/path-without-host")) == core::ExitCode::kConfiguration);
  CHECK(code_of(client, get("file:///etc/passwd")) == core::ExitCode::kConfiguration);
  CHECK(code_of(client, get("http://[bad")) == core::ExitCode::kConfiguration);
}

TEST_CASE("a signal ends a request that waits for its answer, and the waiting between attempts") {
  ScriptedServer server([](const Seen& seen) {
    return seen.target == "/busy" ? answer(503) : Answer{"", false, 0, true};
  });
  for (const std::string target : {"/silent", "/busy"}) {
    core::CancelToken cancel;
    auto options = quick({server.url()});
    options.retries = {100, 60'000, 60'000};
    http::Client client(options, cancel);
    const auto begun = std::chrono::steady_clock::now();
    std::thread signal([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      cancel.cancel(15);
    });
    CHECK_THROWS_AS(client.send(get(target)), core::Cancelled);
    signal.join();
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
  }
}

TEST_CASE("an answer that takes too long is broken off") {
  ScriptedServer server([](const Seen&) { return Answer{"", false, 0, true}; });
  core::CancelToken cancel;
  auto options = quick({server.url()});
  options.retries.attempts = 1;
  http::Client client(options, cancel);
  auto request = get("/");
  request.total_timeout_seconds = 1;
  CHECK(code_of(client, request) == core::ExitCode::kUnreachable);
}

TEST_CASE("a proxy of the environment is not used for this machine") {
  ScriptedServer server([](const Seen&) { return answer(200, "direct"); });
  ::setenv("http_proxy", dead_host().c_str(), 1);
  core::CancelToken cancel;
  http::Client client(quick({server.url()}), cancel);
  CHECK(client.send(get("/")).body == "direct");
  ::unsetenv("http_proxy");
}
