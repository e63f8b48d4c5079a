#pragma once
// One API of Google as something to talk to: address, tokens, kept connections, back-off, and
// errors in Google's words. Any thread.

#include <memory>
#include <string>
#include <string_view>

#include "core/cancel_token.hpp"
#include "google/access_tokens.hpp"
#include "http/client_pool.hpp"
#include "json/value.hpp"

namespace google {

struct ServiceOptions {
  std::string name;     // for messages: "firestore"
  std::string address;  // base URL without a slash at its end: "https://firestore.googleapis.com"
  std::string ca_file = {};  // empty: the system's
  std::size_t response_limit_bytes = std::size_t{256} << 20;
  bool compressed = true;
  int attempts = 12;              // a minute: quotas refill slowly
  int total_timeout_seconds = 0;  // of each attempt; 0: none
};

class Service {
 public:
  Service(ServiceOptions options, std::shared_ptr<AccessTokens> tokens,
          const core::CancelToken& cancel);

  // Any status is an answer; see http::Client for the errors. A token refused with 401 is renewed
  // once. What may be repeated (http::Request::retryable) is, after 429, 500, 502, 503 and 504,
  // with back-off.
  http::Response send(const http::Request& request);
  // The body of a 2xx answer; anything else throws as require() does. `body` is JSON; the request
  // must be one that may be repeated.
  std::string call(const std::string& method, const std::string& path, std::string_view body,
                   const std::string& what);
  json::Value get_json(const std::string& path, const std::string& what);
  json::Value post_json(const std::string& path, const json::Value& body, const std::string& what);

  const std::string& address() const { return m_clients.options().hosts.front(); }
  const core::CancelToken& cancel() const { return m_clients.cancel(); }
  AccessTokens& tokens() { return *m_tokens; }

 private:
  http::Response send_once(const http::Request& request);

  http::ClientPool m_clients;
  std::shared_ptr<AccessTokens> m_tokens;
};

// What Google says in an error body.
struct ApiError {
  std::string status;   // "FAILED_PRECONDITION"; empty when it does not say
  std::string message;  // for people, at most 300 bytes
};
// {"error": {...}}, [{"error": {...}}] or {"error": "text"}; else the body's beginning.
ApiError api_error(const std::string& body);

// Returns for a 2xx answer. Else throws: kCredentials for 401 and 403, kServiceError for the rest.
void require(const http::Response& response, const std::string& what);

}  // namespace google
