#include "maintenance/http_probe.hpp"

#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/support/scripted_server.hpp"

using maintenance::parse_probe_url;
using maintenance::probe_status;

TEST_CASE("a probe URL is taken apart into host, port and path") {
  const auto plain = parse_probe_url("http://athena.example");
  CHECK(plain.host == "athena.example");
  CHECK(plain.port == "80");
  CHECK(plain.path == "/");
  const auto full = parse_probe_url("http://127.0.0.1:8080/health?deep=1#part");
  CHECK(full.port == "8080");
  CHECK(full.path == "/health?deep=1");
  CHECK(full.host_header == "127.0.0.1:8080");
  const auto six = parse_probe_url("http://[::1]:81/");
  CHECK(six.host == "::1");
  CHECK(six.port == "81");
  CHECK(parse_probe_url("http://h?x=1").path == "/?x=1");
}

TEST_CASE("a probe URL that could not be asked is refused when it is read") {
  for (const std::string url :
       {"https://athena.example/", "ftp://h/", "http://", "http://u:p@h/", "http://h:no/",
        "http://h/a b", "http://h/\r\nX: y", "http://:80/", "http://h:/", "http://h:123456/"})
    CHECK_THROWS_AS(parse_probe_url(url), core::Error);
}

TEST_CASE("the probe reads the status line and nothing else") {
  support::ScriptedServer server([](const support::Seen& request) {
    return request.target == "/junk" ? support::Answer{"SSH-2.0-OpenSSH_9.2\r\n", true}
                                     : support::answer(503, "closed");
  });
  core::CancelToken cancel;
  CHECK(probe_status(parse_probe_url(server.url() + "/x?y"), 2000, cancel) == 503);
  CHECK(server.seen().front().target == "/x?y");
  CHECK(server.seen().front().head.find("\r\nHost: 127.0.0.1:") != std::string::npos);
  CHECK_FALSE(probe_status(parse_probe_url(server.url() + "/junk"), 2000, cancel));
}

TEST_CASE("a probe that gets no answer ends at its time limit") {
  support::ScriptedServer server([](const support::Seen&) {
    return support::Answer{"", false, 0, true};
  });
  core::CancelToken cancel;
  CHECK_FALSE(probe_status(parse_probe_url(server.url()), 150, cancel));
  CHECK_FALSE(probe_status(
      parse_probe_url("http://127.0.0.1:" + std::to_string(support::unused_port())), 150, cancel));
}

TEST_CASE("a cancelled step does not wait for the probe") {
  support::ScriptedServer server([](const support::Seen&) {
    return support::Answer{"", false, 0, true};
  });
  core::CancelToken cancel;
  std::thread signal([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    cancel.cancel(15);
  });
  CHECK_THROWS_AS(probe_status(parse_probe_url(server.url()), 60'000, cancel), core::Cancelled);
  signal.join();
}
