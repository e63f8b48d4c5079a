// A Firestore document: whatever the bytes, no harm is done; where they are JSON, its hash survives
// the way into a chunk.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/error.hpp"
#include "json/value.hpp"
#include "resources/firebase/firestore_document.hpp"

namespace {

namespace firebase = resources::firebase;

bool is_json(const std::string& text) {
  try {
    json::parse(text, "document");
    return true;
  } catch (const core::Error&) {
    return false;
  }
}

bool same(const core::Hash128& a, const core::Hash128& b) {
  return a.low == b.low && a.high == b.high;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const auto document = firebase::parse_document(text);
    const auto hash = firebase::hash_of(document, "demo");
    firebase::name_of(document);
    std::string chunk;
    firebase::append_line(chunk, document);
    const auto again = firebase::hash_of(firebase::parse_document(chunk), "demo");
    if (is_json(text) && !same(again, hash)) std::abort();
    firebase::moved(chunk, "demo", "other");
  } catch (const core::Error&) {  // refused
  }
  return 0;
}
