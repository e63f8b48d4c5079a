#include "json/schema_message.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace json {

namespace {

// Edits (insert, delete, replace) between two names.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string text_of(const Value& value) {
  return value.is_string() ? value.as_string() : dump(value);
}

std::string join(const Value& list, std::string_view separator) {
  if (!list.is_array()) return text_of(list);
  std::string text;
  for (const auto& item : list.as_array())
    text += (text.empty() ? "" : std::string(separator)) + text_of(item);
  return text;
}

std::string with_article(const std::string& types) {
  return types == "object" ? "an object" : types == "array" ? "a list" : types;
}

std::string counted(const Value& number, std::string_view what) {
  const bool one = number == Value(1);
  return fmt::format("{} {}{}", dump(number), what, one ? "" : "s");
}

}  // namespace

std::string schema_message(std::string_view keyword, const Value& rule) {
  if (const Value* words = rule.find("messages"))
    if (const Value* text = words->find(keyword)) return text->as_string();
  const Value* found = rule.find(keyword);
  const Value limit = found == nullptr ? Value() : *found;
  if (keyword == "type") return "must be " + with_article(join(limit, " or "));
  if (keyword == "enum") return "must be one of " + join(limit, ", ");
  if (keyword == "pattern") return "must match " + text_of(limit);
  if (keyword == "minimum") return "must be at least " + dump(limit);
  if (keyword == "maximum") return "must be at most " + dump(limit);
  if (keyword == "minLength" && limit == Value(1)) return "must not be empty";
  if (keyword == "minLength") return "must have at least " + counted(limit, "character");
  if (keyword == "maxLength") return "must have at most " + counted(limit, "character");
  if (keyword == "minItems" && limit == Value(1)) return "must not be empty";
  if (keyword == "minItems") return "must have at least " + counted(limit, "item");
  if (keyword == "maxItems") return "must have at most " + counted(limit, "item");
  if (keyword == "minProperties") return "must have at least " + counted(limit, "key");
  if (keyword == "maxProperties") return "must have at most " + counted(limit, "key");
  if (keyword == "uniqueItems") return "is in the list twice";
  return fmt::format("breaks the schema's rule '{}'", keyword);
}

std::string unknown_key_message(std::string_view key, const Value& rule) {
  std::vector<std::string> names;
  if (const Value* properties = rule.find("properties"))
    for (const auto& [name, ignored] : properties->as_object()) names.push_back(name);
  const std::string nearest = nearest_name(key, names);
  if (!nearest.empty()) return fmt::format("is not a known key; did you mean {}?", nearest);
  return fmt::format("is not a known key; known here: {}", fmt::join(names, ", "));
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& names) {
  std::string nearest;
  std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const auto& candidate : names) {
    const std::size_t edits = distance(name, candidate);
    if (edits >= least || edits >= candidate.size()) continue;
    least = edits;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace json
