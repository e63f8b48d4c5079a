#include "json/schema.hpp"

#include <map>
#include <set>

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>
#include <rapidjson/schema.h>

#include "core/error.hpp"
#include "json/schema_message.hpp"

namespace json {

namespace {

constexpr std::size_t kMaxViolations = 50;

rapidjson::Document to_rapid(std::string_view text) {
  rapidjson::Document document;
  document.Parse(text.data(), text.size());
  if (document.HasParseError())
    throw core::Error(core::ExitCode::kInternal, "the JSON Schema is no JSON");
  return document;
}

std::string escaped(std::string_view token) {
  std::string text;
  for (const char c : token) {
    if (c == '~')
      text += "~0";
    else if (c == '/')
      text += "~1";
    else
      text += c;
  }
  return text;
}

// RapidJSON's validator stops at the first violation. To report all, what violates is taken out of
// a copy and the rest validated again, until nothing is left to say.
class Validation {
 public:
  Validation(const Value& document, std::string_view schema_text)
      : m_rules(parse(schema_text, "the JSON Schema")),
        m_rules_document(to_rapid(schema_text)),
        m_schema(m_rules_document),
        m_copy(to_rapid(dump(document))) {}

  std::vector<std::string> run() {
    while (m_violations.size() < kMaxViolations) {
      rapidjson::SchemaValidator validator(m_schema);
      if (m_copy.Accept(validator)) break;
      if (!handle(validator)) break;
    }
    return std::move(m_violations);
  }

 private:
  // False when nothing can be taken out any more.
  bool handle(const rapidjson::SchemaValidator& validator) {
    const std::string keyword = validator.GetInvalidSchemaKeyword();
    const rapidjson::Pointer place = validator.GetInvalidDocumentPointer();
    const Value& rule = rule_at(validator.GetInvalidSchemaPointer());
    const std::string path = original_path(place);
    if (keyword == "required")
      report_missing(path, place, rule);
    else if (keyword == "additionalProperties")
      report(path, unknown_key_message(last_token(place), rule));
    else if (!(keyword.rfind("min", 0) == 0 && m_emptied.count(path) > 0))
      report(path, schema_message(keyword, rule));
    return take_out(place, path);
  }

  const Value& rule_at(const rapidjson::Pointer& pointer) const {
    const Value* rule = &m_rules;
    for (std::size_t i = 0; i < pointer.GetTokenCount(); ++i) {
      const auto& token = pointer.GetTokens()[i];
      rule = rule->is_array() ? &rule->as_array().at(token.index)
                              : &rule->at({token.name, token.length});
    }
    return *rule;
  }

  // The place in the document as given: indices count what was taken out before.
  std::string original_path(const rapidjson::Pointer& pointer) const {
    std::string path;
    const rapidjson::Value* value = &m_copy;
    for (std::size_t i = 0; i < pointer.GetTokenCount(); ++i) {
      const auto& token = pointer.GetTokens()[i];
      const bool in_array = value != nullptr && value->IsArray();
      const auto taken = m_taken_from_array.find(path);
      const std::size_t before = taken == m_taken_from_array.end() ? 0 : taken->second;
      value = rapidjson::Pointer(&token, 1).Get(*const_cast<rapidjson::Value*>(value));
      path += in_array ? fmt::format("/{}", token.index + before)
                       : "/" + escaped({token.name, token.length});
    }
    return path;
  }

  static std::string last_token(const rapidjson::Pointer& pointer) {
    const auto& token = pointer.GetTokens()[pointer.GetTokenCount() - 1];
    return {token.name, token.length};
  }

  void report(const std::string& path, const std::string& text) {
    m_violations.push_back(fmt::format("{}: {}", path.empty() ? "/" : path, text));
  }

  void report_missing(const std::string& path, const rapidjson::Pointer& place, const Value& rule) {
    const rapidjson::Value& object = *place.Get(m_copy);
    for (const auto& key : rule.at("required").as_array()) {
      const std::string key_path = path + "/" + escaped(key.as_string());
      if (!object.HasMember(key.as_string().c_str()) && m_taken.count(key_path) == 0)
        report(key_path, "is missing");
    }
  }

  bool take_out(const rapidjson::Pointer& place, const std::string& path) {
    if (place.GetTokenCount() == 0) return false;
    const rapidjson::Pointer parent(place.GetTokens(), place.GetTokenCount() - 1);
    const std::string parent_path = path.substr(0, path.rfind('/'));
    if (parent.Get(m_copy)->IsArray()) ++m_taken_from_array[parent_path];
    m_taken.insert(path);
    m_emptied.insert(parent_path);
    return place.Erase(m_copy);
  }

  const Value m_rules;
  rapidjson::Document m_rules_document;
  rapidjson::SchemaDocument m_schema;
  rapidjson::Document m_copy;
  std::vector<std::string> m_violations;
  std::set<std::string> m_taken;    // paths, so that they are not called missing
  std::set<std::string> m_emptied;  // their parents, so that they are not called too small
  std::map<std::string, std::size_t> m_taken_from_array;
};

}  // namespace

std::vector<std::string> validate(const Value& document, std::string_view schema_text) {
  return Validation(document, schema_text).run();
}

}  // namespace json
