#pragma once
// The status of an environment as JSON, for programs.

#include "json/value.hpp"
#include "state/operations/status.hpp"

namespace operation {

// {"environment","state","restoring_from","maintenance_owned","way_out","operation": {...} or null}
json::Value to_json(const state::Status& status);

}  // namespace operation
