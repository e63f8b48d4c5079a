#include "core/clock.hpp"

#include <ctime>
#include <fstream>

#include <fmt/format.h>
#include <sys/utsname.h>

#include "core/error.hpp"

namespace core {

namespace {

std::int64_t read_ms(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

std::string first_line(const char* path) {
  std::string line;
  std::getline(std::ifstream(path), line);
  return line;
}

class SystemClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return read_ms(CLOCK_REALTIME); }
  std::int64_t boottime_ms() const override { return read_ms(CLOCK_BOOTTIME); }
  std::string boot_id() const override { return first_line("/proc/sys/kernel/random/boot_id"); }
};

std::tm to_utc(std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 15 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string to_iso8601(std::int64_t unix_ms) {
  const std::tm t = to_utc(unix_ms);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", t.tm_year + 1900, t.tm_mon + 1,
                     t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

std::int64_t from_iso8601(std::string_view text) {
  const std::string copy(text);
  if (is_number(text)) return std::stoll(copy);
  std::tm t{};
  const char* end = strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%SZ", &t);
  if (end == nullptr || *end != '\0')
    throw Error(ExitCode::kUsage, fmt::format("not a time: '{}'", copy),
                "write times as 2026-11-23T04:30:00Z");
  return std::int64_t{timegm(&t)} * 1000;
}

std::string to_compact_utc(std::int64_t unix_ms) {
  const std::tm t = to_utc(unix_ms);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                     t.tm_hour, t.tm_min, t.tm_sec);
}

std::string machine_id() {
  std::string id = first_line("/etc/machine-id");
  return id.empty() ? host_name() : id;
}

std::string host_name() {
  utsname names{};
  uname(&names);
  return names.nodename;
}

}  // namespace core
