#pragma once
// Figures and times as people read them.

#include <cstdint>
#include <string>

#include "json/value.hpp"

namespace admin {

std::string count_text(std::uint64_t count);  // "1 234 567"
std::string bytes_text(std::uint64_t bytes);  // "1.4 GB"
std::string date_text(std::int64_t unix_ms);  // "24 Nov 2026, 03:12 UTC"
std::string day_text(std::int64_t unix_ms);   // "24 Nov 2026", in UTC
// "just now", "5 minutes ago", "3 days ago"; of the future "in 5 minutes".
std::string ago_text(std::int64_t unix_ms, std::int64_t now_ms);
std::string span_text(std::int64_t seconds);  // "about 2 minutes", "less than a minute"
// Who asked, as Jenkins says it: "Started by timer" is the nightly run.
std::string person_text(const std::string& requested_by);
// {"iso","text","ago"} for the partial time.html; null for 0.
json::Value time_value(std::int64_t unix_ms, std::int64_t now_ms);
// How many characters (code points) UTF-8 text has, of whatever script.
std::size_t character_count(const std::string& text);
// Whether a page may link to it: http:// or https://, whatever a build or a view calls its address.
bool is_link(const std::string& url);
// "one archive", "3 archives".
std::string counted(std::uint64_t count, const std::string& one, const std::string& many);

}  // namespace admin
