#include "http/client_pool.hpp"

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/support/scripted_server.hpp"

using support::answer;
using support::ScriptedServer;
using support::Seen;

namespace {
http::ClientOptions options_of(const ScriptedServer& server) {
  http::ClientOptions options;
  options.hosts = {server.url()};
  options.authentication = http::Bearer{"own"};
  options.retries = {1, 5, 20};
  return options;
}

http::Request get(const std::string& url) {
  http::Request request;
  request.url = url;
  return request;
}
}  // namespace

TEST_CASE("requests after one another share a connection, those at once have their own") {
  std::atomic<int> waiting{0};
  ScriptedServer server([&](const Seen& seen) {
    if (seen.target != "/together") return answer(200);
    for (++waiting; waiting < 2;) std::this_thread::yield();
    return answer(200);
  });
  core::CancelToken cancel;
  http::ClientPool pool(options_of(server), cancel);
  for (int i = 0; i < 5; ++i) CHECK(pool.send(get("/")).ok());
  CHECK(server.connections() == 1);
  std::thread other([&] { pool.send(get("/together")); });
  pool.send(get("/together"));
  other.join();
  CHECK(server.connections() == 2);
}

TEST_CASE("credentials of one request are not those of the next") {
  ScriptedServer server([](const Seen& seen) {
    return answer(seen.head.find("Bearer own") == std::string::npos ? 401 : 200);
  });
  core::CancelToken cancel;
  http::ClientPool pool(options_of(server), cancel);
  CHECK(pool.send(get("/"), http::Bearer{"other"}).status == 401);
  CHECK(pool.send(get("/")).status == 200);
}
