#pragma once
// The values inside a piece of a Realtime Database, whatever pieces it was cut into.

#include <functional>
#include <string>
#include <string_view>

namespace resources::firebase {

// Calls `take` with each value's path and one text for equal values, and with "<path>/.priority"
// for each priority. `text` is JSON in the export format; an array's elements have their index as
// key. Throws Error(kIntegrity) for anything else.
using TakeLeaf = std::function<void(const std::string& path, const std::string& value)>;
void for_each_leaf(const std::string& path, std::string_view text, const TakeLeaf& take);

// The children of the root, one by one; the whole under "" when it has none or a priority.
using TakeChild = std::function<void(const std::string& path, std::string_view text)>;
void for_each_child(std::string_view root, const TakeChild& take);

}  // namespace resources::firebase
