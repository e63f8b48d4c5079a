#pragma once
// The service's log: one JSON object a line on standard output, which systemd's journal keeps.

#include <string>

#include "json/value.hpp"

namespace admin {

// {"at","event",...fields}. Any thread.
void json_log(const std::string& event, json::Value fields);
// Lines of core::log() become {"event":"log","level","message"}.
void take_over_log();

}  // namespace admin
