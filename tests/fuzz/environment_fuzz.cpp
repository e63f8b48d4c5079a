// Any text as environment.json: violations or none, never anything worse.

#include <cstdint>

#include "core/error.hpp"
#include "environment/schema_text.hpp"
#include "json/schema.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    json::validate(json::parse_with_comments({reinterpret_cast<const char*>(data), size}, "file"),
                   environment::schema_text());
  } catch (const core::Error&) {  // no JSON
  }
  return 0;
}
