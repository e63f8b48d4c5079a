#include "http/retry.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace http {

bool is_passing_status(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

bool is_repeatable(const Request& request) {
  constexpr std::array kIdempotent{"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
  return request.retryable ||
         std::find(kIdempotent.begin(), kIdempotent.end(), request.method) != kIdempotent.end();
}

int delay_ms(const Retries& retries, int attempt, long retry_after_seconds) {
  const long longest = retries.longest_delay_ms;
  if (retry_after_seconds > 0)
    return static_cast<int>(std::min(std::min(retry_after_seconds, 86'400L) * 1000, longest));
  const long doubled = static_cast<long>(retries.first_delay_ms) << std::clamp(attempt - 1, 0, 20);
  const long bounded = std::min(doubled, longest);
  thread_local std::minstd_rand random{std::random_device{}()};
  return static_cast<int>(bounded / 2 +
                          std::uniform_int_distribution<long>(0, bounded - bounded / 2)(random));
}

}  // namespace http
