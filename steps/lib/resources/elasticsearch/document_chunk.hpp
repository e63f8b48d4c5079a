#pragma once
// How documents lie in a chunk. Layout `bulk` is a body for _bulk as it stands: an action line,
// then _source, then a newline. A _source that holds a raw newline (or ends with a carriage return,
// which _bulk would drop) goes into a chunk of layout `single`: action line, length in bytes as a
// line, _source, newline; such documents are put back one by one.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "resources/elasticsearch/document_sum.hpp"
#include "resources/elasticsearch/hit_stream.hpp"

namespace resources::elasticsearch {

enum class Layout { kBulk, kSingle };

std::string_view name_of(Layout layout);
Layout layout_from(const std::string& name);  // throws Error(kIntegrity)
Layout layout_for(std::string_view source);

// What a document's action line asks for.
enum class Action {
  kIndex,   // with its version: repeating it changes nothing
  kCreate,  // data streams take nothing else
};

class DocumentChunk {
 public:
  DocumentChunk(Layout layout, Action action) : m_layout(layout), m_action(action) {}

  // How much add() would append.
  static std::size_t size_of(const Hit& hit);
  void add(const Hit& hit);
  void reserve(std::size_t bytes) { m_plain.reserve(bytes); }
  void clear();

  Layout layout() const { return m_layout; }
  bool empty() const { return m_sum.count() == 0; }
  const std::string& plain() const { return m_plain; }
  const DocumentSum& sum() const { return m_sum; }

 private:
  Layout m_layout;
  Action m_action;
  std::string m_plain;
  DocumentSum m_sum;
};

// One document inside a chunk; views into it.
struct StoredDocument {
  std::string_view whole;   // everything of it, to be sent again as it stands (layout bulk)
  std::string_view action;  // {"index":{"_id":...}}
  std::string_view source;
};

// In order. Throws Error(kIntegrity) where the chunk does not hold what its layout says.
void for_each_document(std::string_view plain, Layout layout,
                       const std::function<void(const StoredDocument&)>& take);

// What an action line says.
struct Target {
  std::string id;
  std::string routing;  // empty: none
  std::string version;  // empty: none
};
Target target_of(const StoredDocument& document);

}  // namespace resources::elasticsearch
