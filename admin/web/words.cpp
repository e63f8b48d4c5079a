#include "admin/web/words.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/units.hpp"

namespace admin {

namespace {

std::string quantity(std::int64_t number, const char* unit) {
  return fmt::format("{} {}{}", number, unit, number == 1 ? "" : "s");
}

std::string length_text(std::int64_t seconds) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  if (seconds < kHour) return quantity(seconds / kMinute, "minute");
  if (seconds < 2 * kDay) return quantity(seconds / kHour, "hour");
  return quantity(seconds / kDay, "day");
}

std::tm utc_of(std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm time{};
  ::gmtime_r(&seconds, &time);
  return time;
}

}  // namespace

std::string count_text(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), "\u202f");
  return text;
}

std::string bytes_text(std::uint64_t bytes) {
  return core::human_bytes(bytes);
}

std::string day_text(std::int64_t unix_ms) {
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::tm day = utc_of(unix_ms);
  return fmt::format("{} {} {}", day.tm_mday, kMonths.at(static_cast<std::size_t>(day.tm_mon)),
                     day.tm_year + 1900);
}

std::string date_text(std::int64_t unix_ms) {
  const std::tm time = utc_of(unix_ms);
  return fmt::format("{}, {:02}:{:02} UTC", day_text(unix_ms), time.tm_hour, time.tm_min);
}

std::string ago_text(std::int64_t unix_ms, std::int64_t now_ms) {
  const auto seconds = (now_ms - unix_ms) / 1000;
  if (seconds > -60 && seconds < 60) return "just now";
  return seconds > 0 ? length_text(seconds) + " ago" : "in " + length_text(-seconds);
}

std::string span_text(std::int64_t seconds) {
  return seconds < 60 ? "less than a minute" : "about " + length_text(seconds);
}

std::string person_text(const std::string& requested_by) {
  return requested_by == "Started by timer" ? "the nightly run" : requested_by;
}

json::Value time_value(std::int64_t unix_ms, std::int64_t now_ms) {
  if (unix_ms == 0) return nullptr;
  json::Value value;
  value.set("iso", core::to_iso8601(unix_ms));
  value.set("text", date_text(unix_ms));
  value.set("ago", ago_text(unix_ms, now_ms));
  return value;
}

std::size_t character_count(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool is_link(const std::string& url) {
  return url.rfind("https://", 0) == 0 || url.rfind("http://", 0) == 0;
}

std::string counted(std::uint64_t count, const std::string& one, const std::string& many) {
  return count == 1 ? "one " + one : count_text(count) + " " + many;
}

}  // namespace admin
