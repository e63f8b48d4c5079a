#pragma once
// Renders pages/*.html with values. The only user of the Mustache library is the .cpp. {{name}} is
// escaped; {{{name}}} takes markup that this program has rendered itself, never text from outside.
// An empty string, false, null and an empty list are "not there" for {{#name}} and {{^name}}.

#include <string>

#include "json/value.hpp"

namespace admin {

// `name` without ".html"; every page may use every other as a partial: {{> time}}. Any thread.
std::string render(const std::string& name, const json::Value& values);

}  // namespace admin
