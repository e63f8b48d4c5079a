#pragma once
// When to try again and how long to wait before.

#include "http/client.hpp"

namespace http {

// 429, 502, 503, 504: the service may answer otherwise in a moment.
bool is_passing_status(int status);
// May this request be sent twice?
bool is_repeatable(const Request& request);
// After the `attempt`th failure (from 1): exponential, half of it random. `retry_after_seconds` as
// the server asked, 0 when it did not.
int delay_ms(const Retries& retries, int attempt, long retry_after_seconds);

}  // namespace http
