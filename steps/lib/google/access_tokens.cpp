#include "google/access_tokens.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "google/signed_jwt.hpp"
#include "http/client.hpp"
#include "json/value.hpp"

namespace google {

using core::Error;
using core::ExitCode;

namespace {

// What the parts of Firebase ask for.
constexpr const char* kScope =
    "https://www.googleapis.com/auth/cloud-platform "
    "https://www.googleapis.com/auth/firebase.database "
    "https://www.googleapis.com/auth/userinfo.email";
constexpr std::int64_t kReserveSeconds = 300;
constexpr std::size_t kLargestAnswer = std::size_t{1} << 20;

// {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
std::string reason_of(const http::Response& response) {
  try {
    const auto answer = json::parse(response.body, "answer");
    return answer.get_string("error") + ": " + answer.get_string("error_description");
  } catch (const Error&) {
    return fmt::format("status {}", response.status);
  }
}

http::Response ask(const ServiceAccount& account, const core::CancelToken& cancel,
                   const std::string& ca_file, std::int64_t unix_seconds) {
  http::ClientOptions options;
  options.name = "the token service of Google";
  options.tls.ca_file = ca_file;
  options.total_timeout_seconds = 60;
  options.response_limit_bytes = kLargestAnswer;
  const auto body =
      "grant_type=" + http::encode_part("urn:ietf:params:oauth:grant-type:jwt-bearer") +
      "&assertion=" + signed_jwt(account, kScope, unix_seconds);
  http::Request request;
  request.method = "POST";
  request.url = account.token_uri;
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.body = body;
  request.retryable = true;
  return http::Client(std::move(options), cancel).send(request);
}

}  // namespace

AccessTokens::AccessTokens(ServiceAccount account, const core::CancelToken& cancel,
                           const core::Clock& clock, std::string ca_file)
    : m_account(std::move(account)),
      m_cancel(&cancel),
      m_clock(&clock),
      m_ca_file(std::move(ca_file)) {}

std::string AccessTokens::current() {
  if (!m_account) return "owner";
  const std::lock_guard lock(m_mutex);
  if (m_token.empty() || m_clock->boottime_ms() >= m_renew_at_ms) renew();
  return m_token;
}

void AccessTokens::refused(const std::string& token) {
  const std::lock_guard lock(m_mutex);
  if (token == m_token) m_token.clear();
}

void AccessTokens::renew() {
  const auto asked_at_ms = m_clock->boottime_ms();
  const auto response = ask(*m_account, *m_cancel, m_ca_file, m_clock->now_ms() / 1000);
  if (!response.ok())
    throw Error(response.status >= 500 ? ExitCode::kServiceError : ExitCode::kCredentials,
                fmt::format("Google gives {} no access token: {}", m_account->client_email,
                            reason_of(response)),
                "check that the service account and its key exist, and this server's clock");
  const auto answer = json::parse(response.body, "the answer of " + response.url);
  m_token = answer.at("access_token").as_string();
  const auto lifetime = answer.get_int("expires_in", 3600);
  m_renew_at_ms = asked_at_ms + std::max(lifetime - kReserveSeconds, lifetime / 2) * 1000;
}

}  // namespace google
