#include "http/request.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "http/client.hpp"
#include "http/hosts.hpp"
#include "http/retry.hpp"

TEST_CASE("a URL is shown without user, password and query") {
  CHECK(http::without_secrets("https://user:pa@ss@host:9200/a/b?key=1#x") ==
        "https://host:9200/a/b");
  CHECK(http::without_secrets("http://host?token=1") == "http://host");
  CHECK(http::without_secrets("http://host/a@b") == "http://host/a@b");
  CHECK(http::without_secrets("http://u@h") == "http://h");
  CHECK(http::without_secrets("/path?secret") == "/path");
}

TEST_CASE("a part of a path is percent-encoded") {
  CHECK(http::encode_part("a/b c?d%~-_.Z9") == "a%2Fb%20c%3Fd%25~-_.Z9");
  CHECK(http::encode_part("\xc3\xbc") == "%C3%BC");
}

TEST_CASE("an answer that is not 2xx becomes the error its status means") {
  http::Response response;
  response.url = "http://h/x";
  response.status = 204;
  http::require_ok(response, "listing");
  response.status = 403;
  try {
    http::require_ok(response, "listing");
    FAIL("not refused");
  } catch (const core::Error& error) {
    CHECK(error.code() == core::ExitCode::kCredentials);
    CHECK(std::string(error.what()) == "listing: http://h/x answered 403");
  }
  response.status = 500;
  response.body = "first\nsecond" + std::string(187, 'x') + "\xc3\xbc tail";
  try {
    http::require_ok(response, "listing");
    FAIL("not refused");
  } catch (const core::Error& error) {
    CHECK(error.code() == core::ExitCode::kServiceError);
    CHECK(std::string(error.what()) ==
          "listing: http://h/x answered 500: first second" + std::string(187, 'x'));
  }
}

TEST_CASE("only repeatable requests are repeated") {
  http::Request request;
  CHECK(http::is_repeatable(request));
  request.method = "POST";
  CHECK_FALSE(http::is_repeatable(request));
  request.retryable = true;
  CHECK(http::is_repeatable(request));
}

TEST_CASE("the wait doubles up to its limit, and a server's own wish comes first") {
  const http::Retries retries{5, 100, 1000};
  for (int round = 0; round < 50; ++round) {
    CHECK(http::delay_ms(retries, 1, 0) >= 50);
    CHECK(http::delay_ms(retries, 1, 0) <= 100);
    CHECK(http::delay_ms(retries, 3, 0) >= 200);
    CHECK(http::delay_ms(retries, 60, 0) <= 1000);
  }
  CHECK(http::delay_ms({5, 100, 9000}, 1, 2) == 2000);
  CHECK(http::delay_ms({5, 100, 9000}, 1, 3600) == 9000);
}

TEST_CASE("a failed host rests while another one works") {
  using std::chrono::seconds;
  http::Hosts hosts({"http://a/", "http://b", "http://c"});
  const auto now = http::Hosts::Clock::now();
  CHECK(hosts.current() == "http://a");
  CHECK(hosts.move_on(now));
  CHECK(hosts.current() == "http://b");
  CHECK(hosts.move_on(now + seconds(1)));
  CHECK(hosts.current() == "http://c");
  CHECK_FALSE(hosts.move_on(now + seconds(2)));
  CHECK(hosts.current() == "http://a");
  CHECK(hosts.move_on(now + seconds(60)));
  CHECK(hosts.current() == "http://b");
}
