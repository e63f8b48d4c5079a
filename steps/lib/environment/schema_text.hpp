#pragma once
// environment.schema.json, embedded at build.

#include <string_view>

namespace environment {

std::string_view schema_text();

}  // namespace environment
