#pragma once
// Log lines without a dependency on the log library: cli installs the sink (spdlog), tests may too.

#include <functional>
#include <string>

namespace core {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

using LogSink = std::function<void(LogLevel, const std::string&)>;

// Called once at start, before any thread. Without a sink, lines are dropped.
void set_log_sink(LogSink sink);
void log(LogLevel level, const std::string& line);

inline void log_debug(const std::string& line) {
  log(LogLevel::kDebug, line);
}
inline void log_info(const std::string& line) {
  log(LogLevel::kInfo, line);
}
inline void log_warning(const std::string& line) {
  log(LogLevel::kWarning, line);
}

}  // namespace core
