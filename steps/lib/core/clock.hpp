#pragma once
// Time comes from an injected Clock, never from the system directly, so that tests can move it.

#include <cstdint>
#include <string>
#include <string_view>

namespace core {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_ms() const = 0;       // milliseconds since 1970, UTC
  virtual std::int64_t boottime_ms() const = 0;  // CLOCK_BOOTTIME: goes on during suspend
  virtual std::string boot_id() const = 0;       // changes at every boot
};

// The real clock. Environment variable ENVIRONMENT_BACKUP_NOW_MS is not read: tests inject.
const Clock& system_clock();

// "2026-11-23T04:30:00Z". Whole seconds.
std::string to_iso8601(std::int64_t unix_ms);
// The opposite; throws Error(kUsage) for anything but that form (or a plain number of
// milliseconds).
std::int64_t from_iso8601(std::string_view text);
// "20261123T043000Z", as in a BackupId.
std::string to_compact_utc(std::int64_t unix_ms);

// /etc/machine-id, or ENOENT -> the host name. One line, no newline.
std::string machine_id();
std::string host_name();

}  // namespace core
