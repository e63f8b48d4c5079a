#include "cli/log_setup.hpp"

#include <map>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "core/error.hpp"
#include "core/log.hpp"

namespace cli {

namespace {

spdlog::level::level_enum to_spdlog(core::LogLevel level) {
  switch (level) {
    case core::LogLevel::kDebug:
      return spdlog::level::debug;
    case core::LogLevel::kInfo:
      return spdlog::level::info;
    case core::LogLevel::kWarning:
      return spdlog::level::warn;
    case core::LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

const char* word(core::LogLevel level) {
  switch (level) {
    case core::LogLevel::kDebug:
      return "DEBUG";
    case core::LogLevel::kInfo:
      return "INFO";
    case core::LogLevel::kWarning:
      return "WARNING";
    case core::LogLevel::kError:
      break;
  }
  return "ERROR";
}

spdlog::level::level_enum level_named(const std::string& name) {
  static const std::map<std::string, spdlog::level::level_enum> levels{
      {"debug", spdlog::level::debug},
      {"info", spdlog::level::info},
      {"warning", spdlog::level::warn},
      {"error", spdlog::level::err}};
  const auto found = levels.find(name);
  if (found != levels.end()) return found->second;
  throw core::Error(core::ExitCode::kUsage, fmt::format("no log level '{}'", printable(name)),
                    "one of: debug, info, warning, error");
}

}  // namespace

std::string printable(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f)
      safe += fmt::format("\\x{:02x}", byte);
    else
      safe += c;
  }
  return safe;
}

void set_up_log(const std::string& level, bool quiet) {
  const auto named = level_named(level);
  auto logger =
      std::make_shared<spdlog::logger>("step", std::make_shared<spdlog::sinks::stdout_sink_mt>());
  logger->set_level(quiet ? spdlog::level::err : named);
  logger->set_pattern("%Y-%m-%dT%H:%M:%SZ %v", spdlog::pattern_time_type::utc);
  logger->flush_on(spdlog::level::debug);
  core::set_log_sink([logger](core::LogLevel line_level, const std::string& line) {
    logger->log(to_spdlog(line_level), "{:<7} {}", word(line_level), printable(line));
  });
}

}  // namespace cli
