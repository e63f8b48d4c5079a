#pragma once
// One GET over a plain socket, read as far as the status line. All that maintenance needs of HTTP,
// without a library that would be loaded at every start.

#include <optional>
#include <string>

#include "core/cancel_token.hpp"

namespace maintenance {

struct ProbeUrl {
  std::string host;  // as written, without brackets
  std::string port;  // "80" when not given
  std::string path;  // with query, "/" when not given
  std::string host_header;
};

// Throws Error(kConfiguration) for anything but http://host[:port][/path], userinfo included.
ProbeUrl parse_probe_url(const std::string& url);

// The status of the answer; empty when none came within the time: refused, silent, not HTTP.
std::optional<int> probe_status(const ProbeUrl& url, int timeout_ms,
                                const core::CancelToken& cancel);

}  // namespace maintenance
