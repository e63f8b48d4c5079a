#include "admin/json_log.hpp"

#include <unistd.h>

#include "core/clock.hpp"
#include "core/log.hpp"

namespace admin {

namespace {

const char* word(core::LogLevel level) {
  switch (level) {
    case core::LogLevel::kDebug:
      return "debug";
    case core::LogLevel::kInfo:
      return "info";
    case core::LogLevel::kWarning:
      return "warning";
    case core::LogLevel::kError:
      break;
  }
  return "error";
}

}  // namespace

void json_log(const std::string& event, json::Value fields) {
  json::Value line;
  line.set("at", core::to_iso8601(core::system_clock().now_ms()));
  line.set("event", event);
  for (auto& [name, value] : fields.as_object()) line.set(name, std::move(value));
  const std::string text = json::dump(line) + "\n";
  // one call: lines of several threads never mix; a log that cannot be written stops nobody
  [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
}

void take_over_log() {
  core::set_log_sink([](core::LogLevel level, const std::string& message) {
    if (level == core::LogLevel::kDebug) return;
    json::Value fields;
    fields.set("level", word(level));
    fields.set("message", message);
    json_log("log", std::move(fields));
  });
}

}  // namespace admin
