// A manifest that is accepted comes back from JSON as it was, and its members lie one after the
// other.

#include <cstdint>
#include <cstdlib>

#include "archive/manifest.hpp"
#include "archive/tar_block.hpp"
#include "core/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto manifest = archive::manifest_from_json(
        json::parse({reinterpret_cast<const char*>(data), size}, "manifest.json"));
    std::uint64_t end = 0;
    for (const auto& member : manifest.members) {
      if (member.header_offset != end || member.offset <= end) std::abort();
      end = archive::end_of(member);
    }
    const auto document = archive::to_json(manifest);
    if (archive::to_json(archive::manifest_from_json(document)) != document) std::abort();
  } catch (const core::Error&) {  // refused
  }
  return 0;
}
