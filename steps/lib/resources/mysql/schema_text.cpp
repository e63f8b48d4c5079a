#include "resources/mysql/schema_text.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/mysql/identifier.hpp"

namespace resources::mysql {

namespace {

bool has_body(ObjectKind kind) {
  return kind != ObjectKind::kDatabase && kind != ObjectKind::kTable &&
         kind != ObjectKind::kSequence && kind != ObjectKind::kView;
}

void set_unless_empty(json::Value& entry, std::string_view key, const std::string& text) {
  if (!text.empty()) entry.set(key, text);
}

json::Value index_entry(const Definition& definition, std::size_t offset) {
  json::Value entry = json::Value::object();
  entry.set("kind", to_text(definition.kind));
  entry.set("name", definition.name);
  entry.set("offset", offset);
  entry.set("length", definition.statement.size());
  set_unless_empty(entry, "sql_mode", definition.sql_mode);
  set_unless_empty(entry, "time_zone", definition.time_zone);
  set_unless_empty(entry, "created_unix_seconds", definition.created_unix_seconds);
  set_unless_empty(entry, "character_set_client", definition.client_character_set);
  set_unless_empty(entry, "collation_connection", definition.connection_collation);
  set_unless_empty(entry, "collation_database", definition.database_collation);
  set_unless_empty(entry, "status", definition.status);
  return entry;
}

// The settings in which the statement means the same again.
std::string preamble(const Definition& definition) {
  std::string text;
  if (!definition.client_character_set.empty())
    text += fmt::format("SET character_set_client={}, collation_connection={};\n",
                        definition.client_character_set, definition.connection_collation);
  if (has_body(definition.kind))
    text += fmt::format("SET sql_mode={};\n", quote_text(definition.sql_mode));
  if (!definition.time_zone.empty())
    text += fmt::format("SET time_zone={};\n", quote_text(definition.time_zone));
  return text;
}

std::string one_line(std::string text) {
  for (auto& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

Definition read_entry(std::string_view script, const std::string& database,
                      const json::Value& entry) {
  Definition definition;
  definition.kind = kind_from_text(entry.at("kind").as_string());
  definition.database = database;
  definition.name = entry.at("name").as_string();
  const std::uint64_t offset = entry.at("offset").as_uint();
  const std::uint64_t length = entry.at("length").as_uint();
  if (offset > script.size() || length > script.size() - offset)
    throw core::Error(core::ExitCode::kIntegrity,
                      fmt::format("the script of database {} is shorter than its index", database),
                      "verify the archive");
  definition.statement = script.substr(offset, length);
  definition.sql_mode = entry.get_string("sql_mode");
  definition.time_zone = entry.get_string("time_zone");
  definition.created_unix_seconds = entry.get_string("created_unix_seconds");
  definition.client_character_set = entry.get_string("character_set_client");
  definition.connection_collation = entry.get_string("collation_connection");
  definition.database_collation = entry.get_string("collation_database");
  definition.status = entry.get_string("status");
  return definition;
}

}  // namespace

SchemaText write_schema(const std::vector<Definition>& definitions) {
  SchemaText text;
  json::Value objects = json::Value::array();
  const std::string& database = definitions.front().database;
  for (const auto& definition : definitions) {
    const bool body = has_body(definition.kind);
    text.script += fmt::format("-- {}\n", one_line(label(definition)));
    text.script += preamble(definition);
    if (body) text.script += "DELIMITER ;;\n";
    objects.push_back(index_entry(definition, text.script.size()));
    text.script += definition.statement;
    text.script += body ? ";;\nDELIMITER ;\n\n" : ";\n\n";
    if (definition.kind == ObjectKind::kDatabase)
      text.script += fmt::format("USE {};\n\n", quote_name(database));
  }
  text.index.set("kind", "schema");
  text.index.set("database", database);
  text.index.set("objects", std::move(objects));
  return text;
}

std::vector<Definition> read_schema_text(std::string_view script, const json::Value& index) {
  const std::string& database = index.at("database").as_string();
  std::vector<Definition> definitions;
  for (const auto& entry : index.at("objects").as_array())
    definitions.push_back(read_entry(script, database, entry));
  return definitions;
}

}  // namespace resources::mysql
