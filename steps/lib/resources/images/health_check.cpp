#include "resources/images/health_check.hpp"

#include <chrono>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "http/client.hpp"

namespace resources::images {

using core::Error;
using core::ExitCode;

namespace {
using Clock = std::chrono::steady_clock;
constexpr int kBetweenAsksMs = 1'000;

http::Client one_try_client(const core::CancelToken& cancel) {
  http::ClientOptions options;
  options.name = "the health check";
  options.retries.attempts = 1;
  options.total_timeout_seconds = 10;
  return {options, cancel};
}

// The status, or 0 and the reason.
int ask(http::Client& client, const HealthCheck& check, std::string& reason) {
  http::Request request;
  request.url = check.url;
  request.on_data = [](std::string_view) {};
  try {
    return client.send(request).status;
  } catch (const Error& error) {
    if (error.code() == ExitCode::kConfiguration) throw;
    reason = error.what();
    return 0;
  }
}
}  // namespace

void wait_until_healthy(const HealthCheck& check, const core::CancelToken& cancel) {
  if (check.url.empty()) return;
  const std::string shown = http::without_secrets(check.url);
  core::log_info(fmt::format("waiting until {} answers {}", shown, check.expect_status));
  http::Client client = one_try_client(cancel);
  const auto deadline = Clock::now() + std::chrono::seconds(check.timeout_seconds);
  std::string reason;
  int status = ask(client, check, reason);
  while (status != check.expect_status) {
    if (Clock::now() >= deadline) {
      const std::string hint = "look at the logs of the services that were started";
      if (status == 0)
        throw Error(ExitCode::kUnreachable,
                    fmt::format("not healthy after {} s: {}", check.timeout_seconds, reason), hint);
      throw Error(ExitCode::kServiceError,
                  fmt::format("not healthy after {} s: {} answers {}, not {}",
                              check.timeout_seconds, shown, status, check.expect_status),
                  hint);
    }
    cancel.sleep_ms(kBetweenAsksMs);
    status = ask(client, check, reason);
  }
}

}  // namespace resources::images
