#pragma once
// An operation as the view shows it.

#include <optional>

#include "json/value.hpp"
#include "state/operations/operation.hpp"

namespace publish {

// "2026-11-23T04:30:00Z"; null for nothing, or 0.
json::Value time_json(std::optional<std::int64_t> unix_ms);
json::Value operation_json(const state::Operation& operation);
// {"target_archive","safety_archive","finished_at"} or null.
json::Value restore_json(const std::optional<state::Operation>& restore);

}  // namespace publish
