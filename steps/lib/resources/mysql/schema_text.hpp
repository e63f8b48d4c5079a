#pragma once
// The definitions of one database as one SQL script that people can read and run, and the index
// that finds each statement in it again, byte for byte.

#include <string>
#include <string_view>
#include <vector>

#include "json/value.hpp"
#include "resources/mysql/schema.hpp"

namespace resources::mysql {

struct SchemaText {
  std::string script;
  // {"kind": "schema", "database", "objects": [{"kind","name","offset","length", ...}]}
  json::Value index;
};

// `definitions`: of one database, in the order of creation.
SchemaText write_schema(const std::vector<Definition>& definitions);
// Throws Error(kIntegrity) when index and script disagree.
std::vector<Definition> read_schema_text(std::string_view script, const json::Value& index);

}  // namespace resources::mysql
