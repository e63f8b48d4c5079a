#pragma once
// The two scratch schemas beside each database: one for what is staged, one for what is aside.
// Fixed names, so that they can be granted, found after a kill, and told from everybody else's.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace resources::mysql {

// "eb_staged_athena-production_athena-server": lower case, at most 64 characters.
std::string staged_schema(const std::string& environment, const std::string& database);
// "eb_aside_...".
std::string aside_schema(const std::string& environment, const std::string& database);

// Database -> the schema that stands for it.
using SchemaNames = std::map<std::string, std::string>;
SchemaNames staged_names(const std::string& environment, const std::vector<std::string>& databases);

// A definition as it reads with other schemas: `database`.`name` and CREATE DATABASE `database`, as
// SHOW CREATE quotes them. Texts inside quotes are left alone.
std::string with_schemas(std::string_view statement, const SchemaNames& names);

}  // namespace resources::mysql
