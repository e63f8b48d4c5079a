#include "admin/web/connections.hpp"

#include <catch2/catch.hpp>

using admin::whole_request;

TEST_CASE("a request is whole when its head and as much body as it says are there") {
  const admin::ConnectionLimits limits;
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  CHECK(whole_request(get, limits) == get.size());
  CHECK(whole_request(get + "more", limits) == get.size());
  CHECK(whole_request(get.substr(0, get.size() - 1), limits) == 0);
  const std::string post = "POST / HTTP/1.1\r\nCONTENT-LENGTH: 4\r\n\r\n";
  CHECK(whole_request(post + "abc", limits) == 0);
  CHECK(whole_request(post + "abcd", limits) == post.size() + 4);
}

TEST_CASE("a request that says its length wrongly, twice or not at all is never whole") {
  const admin::ConnectionLimits limits;
  for (const char* line :
       {"Content-Length: -5", "Content-Length: x",
        "Content-Length:", "Content-Length: 1\r\nContent-Length: 2", "Content-Length: 99999999",
        "Content-Length: 99999999999999999999", "Content-Length: 4 4", "Transfer-Encoding: chunked",
        "Content-Length: 0\r\nTransfer-Encoding: chunked", "Expect: 100-continue"}) {
    CAPTURE(line);
    CHECK(whole_request(std::string("POST / HTTP/1.1\r\n") + line + "\r\n\r\nabcd", limits) ==
          std::string::npos);
  }
  CHECK(whole_request(std::string(limits.head_bytes + 1, 'x'), limits) == std::string::npos);
}
