#include "http/client.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "http/hosts.hpp"
#include "http/retry.hpp"
#include "http/transfer.hpp"

namespace http {

using core::Error;
using core::ExitCode;

namespace {
bool has_scheme(const std::string& url) {
  return url.compare(0, 7, "http://") == 0 || url.compare(0, 8, "https://") == 0;
}
}  // namespace

struct Client::Impl {
  Impl(ClientOptions given, const core::CancelToken& token)
      : options(std::move(given)), cancel(token), hosts(options.hosts), easy(make_easy()) {}

  void send(const Request& request, Response& response);
  std::string full_url(const Request& request) const;
  bool may_repeat(const Request& request, const Transfer& transfer, Result result) const;
  void wait(int attempt, long retry_after_seconds, const std::string& why);
  int attempts() const {
    return std::max(options.retries.attempts, static_cast<int>(hosts.size()));
  }
  std::string name() const { return options.name.empty() ? "" : options.name + " at "; }

  ClientOptions options;
  const core::CancelToken& cancel;
  Hosts hosts;
  Easy easy;
};

std::string Client::Impl::full_url(const Request& request) const {
  const bool is_path = request.url.empty() || request.url.front() == '/';
  std::string url = is_path ? hosts.current() + request.url : request.url;
  if (!has_scheme(url))
    throw Error(ExitCode::kConfiguration,
                fmt::format("'{}' is not an address", without_secrets(url)),
                "an address begins with http:// or https://");
  return url;
}

bool Client::Impl::may_repeat(const Request& request, const Transfer& transfer,
                              Result result) const {
  if (transfer.delivered()) return false;
  if (transfer.read_from_source() && !request.source.rewind) return false;
  return result == Result::kNotConnected || is_repeatable(request);
}

void Client::Impl::wait(int attempt, long retry_after_seconds, const std::string& why) {
  const bool other_host = hosts.move_on(Hosts::Clock::now());
  core::log_debug(fmt::format("{}: trying again (attempt {})", why, attempt + 1));
  if (!other_host) cancel.sleep_ms(delay_ms(options.retries, attempt, retry_after_seconds));
}

void Client::Impl::send(const Request& request, Response& response) {
  Transfer transfer(easy.get(), options, cancel);
  for (int attempt = 1;; ++attempt) {
    cancel.check();
    const Result result = transfer.perform(request, full_url(request), response);
    const bool answered = result == Result::kAnswered;
    if (answered && !is_passing_status(response.status)) return;
    if (attempt >= attempts() || !may_repeat(request, transfer, result)) {
      if (answered) return;
      throw Error(ExitCode::kUnreachable,
                  fmt::format("{}{} cannot be reached after {} attempt{}: {}", name(), response.url,
                              attempt, attempt == 1 ? "" : "s", transfer.trouble()),
                  "check that the service runs and that this server may connect to it");
    }
    const auto why = answered ? fmt::format("{} answered {}", response.url, response.status)
                              : fmt::format("{}: {}", response.url, transfer.trouble());
    if (transfer.read_from_source()) request.source.rewind();
    wait(attempt, answered ? transfer.retry_after_seconds() : 0, why);
  }
}

Client::Client(ClientOptions options, const core::CancelToken& cancel)
    : m_impl(std::make_unique<Impl>(std::move(options), cancel)) {}
Client::~Client() = default;
Client::Client(Client&& other) noexcept = default;
Client& Client::operator=(Client&& other) noexcept = default;

void Client::send(const Request& request, Response& response) {
  m_impl->send(request, response);
}

Response Client::send(const Request& request) {
  Response response;
  m_impl->send(request, response);
  return response;
}

void Client::set_authentication(Authentication authentication) {
  m_impl->options.authentication = std::move(authentication);
}

}  // namespace http
