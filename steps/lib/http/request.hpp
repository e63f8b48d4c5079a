#pragma once
// What is sent and what comes back.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct NoAuth {};
struct Basic {
  std::string username;
  std::string password;
};
struct Bearer {
  std::string token;
};
struct ApiKey {  // "Authorization: ApiKey <key>", as Elasticsearch takes it
  std::string key;
};
struct AwsKeys {  // request signed by Signature Version 4
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // may be empty
  std::string region;
  std::string service;  // "ecr"
};
using Authentication = std::variant<NoAuth, Basic, Bearer, ApiKey, AwsKeys>;

// A body that is made while it is sent.
struct BodySource {
  std::function<std::size_t(char* buffer, std::size_t size)> read;  // 0: the end
  std::function<void()> rewind;  // back to the first byte; without it there is no retry
  std::int64_t size_bytes = -1;  // -1: unknown, sent chunked
};

struct Request {
  std::string method = "GET";
  std::string url;  // absolute, or beginning with '/': then put behind one of the client's hosts
  Headers headers;
  std::string_view body;  // not copied: must live until send() returns
  BodySource source;      // instead of body
  // Called with each piece of a 2xx answer's body, which is then not kept in Response::body. Bytes
  // once delivered are never delivered again: a transfer that breaks later is not retried.
  std::function<void(std::string_view)> on_data;
  // GET, HEAD, PUT, DELETE and OPTIONS are repeated after 429, 502, 503, 504 and broken transfers;
  // other methods only when this is set. A connection that was never made is always tried again.
  bool retryable = false;
  int total_timeout_seconds = -1;  // -1: the client's
};

struct Response {
  int status = 0;
  Headers headers;   // as they came, of the last answer
  std::string body;  // decompressed
  std::string url;   // where it came from, without userinfo and query

  bool ok() const { return status >= 200 && status < 300; }
  // Case-insensitive; empty when absent.
  std::string header(std::string_view name) const;
};

// "https://user:secret@host:9200/a?key=1" -> "https://host:9200/a": fit for messages.
std::string without_secrets(const std::string& url);
// Percent-encodes every byte but [A-Za-z0-9_.~-].
std::string encode_part(std::string_view text);

}  // namespace http
