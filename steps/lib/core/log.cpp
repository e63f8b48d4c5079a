#include "core/log.hpp"

namespace core {

namespace {
LogSink& sink() {
  static LogSink instance;
  return instance;
}
}  // namespace

void set_log_sink(LogSink new_sink) {
  sink() = std::move(new_sink);
}

void log(LogLevel level, const std::string& line) {
  if (sink()) sink()(level, line);
}

}  // namespace core
