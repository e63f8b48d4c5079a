#pragma once
// HTTP over libcurl: one connection per host kept alive, retries, several hosts of one cluster, and
// cancellation within a second. One Client per thread; making one costs no connection.
// Redirects are not followed: a 3xx is an answer. A proxy of the environment is used, never for
// loopback.

#include <memory>
#include <string>
#include <vector>

#include "core/cancel_token.hpp"
#include "http/request.hpp"

namespace http {

struct Tls {
  std::string ca_file;             // empty: the system's
  std::string client_certificate;  // PEM files, empty: none
  std::string client_key;
};

struct Retries {
  int attempts = 5;               // in all, over all hosts
  int first_delay_ms = 250;       // doubled each time, half of it random
  int longest_delay_ms = 10'000;  // also the most that a Retry-After is waited for
};

struct ClientOptions {
  std::string name;                // for messages: "elasticsearch"
  std::vector<std::string> hosts;  // base URLs "http://10.0.0.1:9200"; may be empty: absolute URLs
  Authentication authentication = NoAuth{};
  Tls tls;
  Headers headers;  // sent with every request
  Retries retries;
  int connect_timeout_ms = 10'000;
  int idle_timeout_seconds = 120;  // less than 1 byte/s for so long: broken
  int total_timeout_seconds = 0;   // 0: none
  bool compressed = true;          // Accept-Encoding: whatever libcurl can undo
  std::size_t response_limit_bytes = std::size_t{256} << 20;  // of Response::body, decompressed
};

class Client {
 public:
  Client(ClientOptions options, const core::CancelToken& cancel);
  ~Client();
  Client(Client&& other) noexcept;
  Client& operator=(Client&& other) noexcept;

  // Any status is an answer. Throws Error(kUnreachable) naming the host when none came after all
  // attempts, Error(kServiceError) for an answer above the limit or one that is not HTTP,
  // Error(kConfiguration) for a URL or a certificate file that cannot be used, Cancelled, and
  // whatever on_data or a BodySource throws.
  Response send(const Request& request);
  // The same into a Response whose buffers are used again.
  void send(const Request& request, Response& response);

  // After 401 or 403 has become stale tokens: the next request uses these.
  void set_authentication(Authentication authentication);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

// Returns if the answer is 2xx. `what` is what was tried: "listing the indices of elasticsearch".
// 401 and 403: Error(kCredentials); anything else: Error(kServiceError) with the first 200
// characters of the body.
void require_ok(const Response& response, const std::string& what);

}  // namespace http
