#pragma once
// JSON Schema (draft 4, as RapidJSON's validator knows it) with errors that name the place.

#include <string>
#include <string_view>
#include <vector>

#include "json/value.hpp"

namespace json {

// Every violation as "/resources/mysql/port: must be integer"; empty when the document is valid.
std::vector<std::string> validate(const Value& document, std::string_view schema_text);

}  // namespace json
