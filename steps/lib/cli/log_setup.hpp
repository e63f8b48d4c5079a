#pragma once
// Log lines fit for a Jenkins log: "2026-11-23T04:30:00Z INFO  message" on stdout. The only user of
// spdlog is the .cpp.

#include <string>

namespace cli {

// `level`: debug, info, warning, error; anything else throws Error(kUsage). Quiet: errors only.
void set_up_log(const std::string& level, bool quiet);
// Control characters become \xNN, so that data cannot forge log lines.
std::string printable(const std::string& text);

}  // namespace cli
