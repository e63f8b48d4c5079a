// The answer of _bulk: what the quick look calls success, the thorough one must too. A bulk in
// which one document failed and that passes for done would be a silent loss.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/error.hpp"
#include "resources/elasticsearch/bulk_answer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string answer(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool quick = resources::elasticsearch::all_succeeded(answer, data[0]);
  try {
    const auto items = resources::elasticsearch::bulk_items(answer);
    if (!quick) return 0;
    if (items.size() != data[0]) std::abort();
    for (const auto& item : items)
      if (!item.succeeded()) std::abort();
  } catch (const core::Error&) {  // refused
    // The quick look reads no JSON: it may pass a text that is none, never one that says otherwise.
  }
  return 0;
}
