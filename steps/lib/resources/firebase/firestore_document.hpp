#pragma once
// Firestore documents as bytes: values stay exactly what the server wrote. In a chunk a document is
// one line, {"name":"projects/...","fields":{...}}, which is also what a write takes.

#include <string>
#include <string_view>

#include "core/content_sum.hpp"

namespace resources::firebase {

// Views into the server's answer or into a chunk.
struct Document {
  std::string_view name;    // JSON string with its quotes
  std::string_view fields;  // {"key": {"stringValue": ...}}; empty: it has none
};

Document parse_document(std::string_view object);

// The full name, decoded.
std::string name_of(const Document& document);
void append_line(std::string& chunk, const Document& document);

// Over the relative path and the values. Does not depend on the order of keys, on how texts are
// escaped, on how numbers and times are written, or on the name of the project: references into it
// count as references into "their own project".
core::Hash128 hash_of(const Document& document, const std::string& project);

// The line of a chunk with the project exchanged in its name and in its references.
std::string moved(std::string_view line, const std::string& from_project,
                  const std::string& to_project);

}  // namespace resources::firebase
