#pragma once
// Figures for people.

#include <cstdint>
#include <string>

namespace core {

std::string human_bytes(std::uint64_t bytes);      // "1.4 GB" (decimal units)
std::string human_duration(std::int64_t seconds);  // "1h 02m", "3m 05s", "12s"

}  // namespace core
