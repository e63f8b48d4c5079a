#include "catalogue/freshness.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/units.hpp"

namespace catalogue {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;

[[noreturn]] void refuse(const std::string& message) {
  throw core::Error(core::ExitCode::kIntegrity, message,
                    "look at the last builds of backup-environment and verify-archives, and start "
                    "a backup");
}

bool counts(const state::ArchiveRecord& record, std::int64_t now_ms) {
  return record.status == state::ArchiveStatus::kComplete && record.verified_ms &&
         record.anchored && record.kind == "backup" && record.created_ms <= now_ms + kHourMs;
}

}  // namespace

std::int64_t parse_age(const std::string& text) {
  constexpr std::size_t kLongest = 7;
  const bool number =
      text.size() > 1 && text.size() <= kLongest &&
      std::all_of(text.begin(), text.end() - 1, [](char c) { return c >= '0' && c <= '9'; });
  const char unit = text.empty() ? '\0' : text.back();
  if (!number || (unit != 'm' && unit != 'h' && unit != 'd'))
    throw core::Error(core::ExitCode::kUsage, fmt::format("'{}' is not an age", text),
                      "write 26h, 90m or 2d");
  return std::stoll(text) * (unit == 'm' ? kMinuteMs : unit == 'h' ? kHourMs : kDayMs);
}

const state::ArchiveRecord* newest_verified(const std::vector<state::ArchiveRecord>& records,
                                            std::int64_t now_ms) {
  const state::ArchiveRecord* newest = nullptr;
  for (const auto& record : records)
    if (counts(record, now_ms) && (newest == nullptr || record.created_ms > newest->created_ms))
      newest = &record;
  return newest;
}

const state::ArchiveRecord& require_fresh(const environment::Environment& environment,
                                          const std::vector<state::ArchiveRecord>& records,
                                          std::int64_t max_age_ms, std::int64_t now_ms) {
  const auto* newest = newest_verified(records, now_ms);
  if (newest == nullptr)
    refuse(fmt::format("environment '{}' has no verified backup", environment.name));
  const std::int64_t age = std::max<std::int64_t>(0, now_ms - newest->created_ms);
  if (age > max_age_ms)
    refuse(fmt::format("the newest verified backup of '{}' is {} old: {}", environment.name,
                       core::human_duration(age / 1000), newest->backup_id));
  std::error_code failure;
  const auto size =
      std::filesystem::file_size(environment.archive_path(newest->backup_id), failure);
  if (failure || size != newest->size_bytes)
    refuse(fmt::format("the file of the newest verified backup {} is gone or has another size",
                       newest->backup_id));
  return *newest;
}

}  // namespace catalogue
