#pragma once
// Size and duration of the newest archives as the geometry of one SVG picture.

#include <cstddef>

#include "admin/view/view.hpp"
#include "json/value.hpp"

namespace admin {

// Bars for sizes, a line for durations, oldest on the left; null with fewer than two archives.
json::Value chart_values(const View& view, std::size_t count);

}  // namespace admin
