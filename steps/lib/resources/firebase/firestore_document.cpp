#include "resources/firebase/firestore_document.hpp"

#include "json/ranges.hpp"
#include "resources/firebase/firestore_names.hpp"
#include "resources/firebase/value_hash.hpp"

namespace resources::firebase {

namespace {

// In text without white space these bytes can only be a member of a value: inside a text the
// quotes would be escaped, and the value of a field is never a bare text.
constexpr std::string_view kReference = "\"referenceValue\":\"projects/";
constexpr std::string_view kName = "{\"name\":\"projects/";

}  // namespace

Document parse_document(std::string_view object) {
  Document document;
  for (const auto& [key, value] : json::members_of(object)) {
    if (key == "name") document.name = json::trimmed(value);
    if (key == "fields") document.fields = json::trimmed(value);
  }
  if (document.name.empty()) json::member(object, "name");  // throws
  return document;
}

std::string name_of(const Document& document) {
  return json::decode_string(document.name);
}

void append_line(std::string& chunk, const Document& document) {
  chunk += "{\"name\":";
  chunk += document.name;
  if (!document.fields.empty()) {
    chunk += ",\"fields\":";
    json::append_compact(chunk, document.fields);
  }
  chunk += "}\n";
}

core::Hash128 hash_of(const Document& document, const std::string& project) {
  const auto name = name_of(document);
  std::string text(relative_path(name));
  text += '\0';
  append_canonical(text, document.fields, "projects/" + project + "/");
  thread_local core::RecordHash hash;
  hash.part(text);
  return hash.take();
}

std::string moved(std::string_view line, const std::string& from_project,
                  const std::string& to_project) {
  std::string made;
  made.reserve(line.size() + 64);
  const auto exchange = [&](std::string_view mark, std::size_t at) {
    made.append(line.substr(0, at + mark.size()));
    line.remove_prefix(at + mark.size());
    if (line.substr(0, from_project.size() + 1) != from_project + "/") return;
    made.append(to_project);
    line.remove_prefix(from_project.size());
  };
  if (line.substr(0, kName.size()) == kName) exchange(kName, 0);
  for (std::size_t at; (at = line.find(kReference)) != std::string_view::npos;)
    exchange(kReference, at);
  made.append(line);
  return made;
}

}  // namespace resources::firebase
