#include "google/service.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"

namespace google {

using core::Error;
using core::ExitCode;

namespace {

constexpr std::size_t kShownBytes = 300;
constexpr int kAttempts = 6;  // of what is answered with 500
constexpr int kFirstDelayMs = 500;

http::ClientOptions options_of(ServiceOptions given) {
  http::ClientOptions options;
  options.name = std::move(given.name);
  options.hosts = {std::move(given.address)};
  while (!options.hosts.front().empty() && options.hosts.front().back() == '/')
    options.hosts.front().pop_back();
  options.tls.ca_file = std::move(given.ca_file);
  options.response_limit_bytes = given.response_limit_bytes;
  options.compressed = given.compressed;
  options.retries.attempts = given.attempts;
  options.total_timeout_seconds = given.total_timeout_seconds;
  options.idle_timeout_seconds = 300;
  return options;
}

std::string shortened(std::string text) {
  if (text.size() > kShownBytes) text.resize(kShownBytes);
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80) != 0) text.pop_back();
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return text;
}

}  // namespace

ApiError api_error(const std::string& body) {
  try {
    const auto answer = json::parse(body, "error");
    const auto& outer =
        answer.is_array() && !answer.as_array().empty() ? answer.as_array().front() : answer;
    const auto& error = outer.at("error");
    if (error.is_string()) return {"", shortened(error.as_string())};
    return {error.get_string("status"), shortened(error.get_string("message"))};
  } catch (const Error&) {
    return {"", shortened(body)};
  }
}

void require(const http::Response& response, const std::string& what) {
  if (response.ok()) return;
  const auto error = api_error(response.body);
  const auto message = fmt::format("{}: {} answered {} {}: {}", what, response.url, response.status,
                                   error.status, error.message);
  if (response.status == 401 || response.status == 403)
    throw Error(ExitCode::kCredentials, message,
                "check the roles of the service account and the project in environment.json");
  throw Error(ExitCode::kServiceError, message,
              "see the status page of Google Cloud and try again");
}

Service::Service(ServiceOptions options, std::shared_ptr<AccessTokens> tokens,
                 const core::CancelToken& cancel)
    : m_clients(options_of(std::move(options)), cancel), m_tokens(std::move(tokens)) {}

http::Response Service::send_once(const http::Request& request) {
  const auto token = m_tokens->current();
  auto response = m_clients.send(request, http::Bearer{token});
  if (response.status != 401) return response;
  m_tokens->refused(token);
  return m_clients.send(request, http::Bearer{m_tokens->current()});
}

// The client below repeats 429, 502, 503 and 504. Google asks for the same after 500.
http::Response Service::send(const http::Request& request) {
  const bool repeatable = request.retryable || request.method == "GET";
  for (int attempt = 0;; ++attempt) {
    auto response = send_once(request);
    if (response.status != 500 || !repeatable || attempt + 1 >= kAttempts) return response;
    core::log_debug(fmt::format("{} answered 500: trying again", response.url));
    cancel().sleep_ms(kFirstDelayMs << attempt);
  }
}

std::string Service::call(const std::string& method, const std::string& path, std::string_view body,
                          const std::string& what) {
  http::Request request;
  request.method = method;
  request.url = path;
  request.body = body;
  request.retryable = true;
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  auto response = send(request);
  require(response, what);
  return std::move(response.body);
}

json::Value Service::get_json(const std::string& path, const std::string& what) {
  return json::parse(call("GET", path, {}, what), what);
}

json::Value Service::post_json(const std::string& path, const json::Value& body,
                               const std::string& what) {
  return json::parse(call("POST", path, json::dump(body), what), what);
}

}  // namespace google
