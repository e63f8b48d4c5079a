#pragma once
// The words for one violation of a JSON Schema. Never shows the value that was found: it may be a
// secret that somebody wrote where a reference belongs.

#include <string>
#include <string_view>
#include <vector>

#include "json/value.hpp"

namespace json {

// `keyword`: what was violated; `rule`: the schema node that holds it. A node may say it in its own
// words: {"messages": {"type": "must be a reference ..."}}.
std::string schema_message(std::string_view keyword, const Value& rule);
// For a key that `rule` does not know: names the nearest one it knows, or all of them.
std::string unknown_key_message(std::string_view key, const Value& rule);

// The nearest of `names` when it is near enough to be meant, else "".
std::string nearest_name(std::string_view name, const std::vector<std::string>& names);

}  // namespace json
