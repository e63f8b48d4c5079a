#pragma once
// Keys as the Realtime Database takes them.

#include <string>
#include <string_view>

#include "json/value.hpp"

namespace publish {

// Percent-encodes . $ # [ ] / % and control characters, which no key may hold.
std::string realtime_key(std::string_view key);
// The same for every key inside.
json::Value with_realtime_keys(const json::Value& value);

}  // namespace publish
