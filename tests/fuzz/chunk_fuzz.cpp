// A chunk whose SHA-256 fits, but whose bytes a forger chose: the first four give the plain size.

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "archive/chunk_codec.hpp"
#include "core/error.hpp"
#include "core/sha256.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::uint32_t plain_size = 0;
  if (size < sizeof plain_size) return 0;
  std::memcpy(&plain_size, data, sizeof plain_size);
  plain_size %= 1 << 22;
  const std::string_view stored(reinterpret_cast<const char*>(data) + sizeof plain_size,
                                size - sizeof plain_size);
  try {
    const auto plain =
        archive::decode(stored, plain_size, core::sha256_hex(stored), {"zstd"}, "chunk");
    if (plain.size() != plain_size) std::abort();
  } catch (const core::Error&) {  // refused
  }
  return 0;
}
