#pragma once
// What a JSON Schema cannot say: keys that need one another, and folders that must not lie inside a
// resource.

#include <string>
#include <vector>

#include "environment/environment.hpp"

namespace environment {

// Each as "/resources/mysql/definer: what is wrong". The document is valid by the schema.
std::vector<std::string> check_pairs(const json::Value& document);
// With real paths, so that no link hides what lies where; a path need not exist yet.
std::vector<std::string> check_folders(const json::Value& document);

// Puts every "default" of the schema into objects of the section that leave its key out.
void fill_in_defaults(json::Value& section, const json::Value& rule, const json::Value& schema);

}  // namespace environment
