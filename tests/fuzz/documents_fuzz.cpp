// Documents inside a chunk of either layout: refused, or cut into parts that lie in the chunk.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/error.hpp"
#include "resources/elasticsearch/document_chunk.hpp"

namespace {

void require_inside(std::string_view part, std::string_view whole) {
  if (part.data() < whole.data() || part.data() + part.size() > whole.data() + whole.size())
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using resources::elasticsearch::Layout;
  if (size == 0) return 0;
  const std::string_view plain(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    resources::elasticsearch::for_each_document(
        plain, data[0] % 2 == 0 ? Layout::kBulk : Layout::kSingle,
        [&](const resources::elasticsearch::StoredDocument& document) {
          for (const auto part : {document.whole, document.action, document.source})
            require_inside(part, plain);
        });
  } catch (const core::Error&) {  // refused
  }
  return 0;
}
