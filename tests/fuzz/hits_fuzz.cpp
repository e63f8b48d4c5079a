// A search answer in pieces of any size: the same hits, byte for byte, as from one piece, or
// refused both times. The first byte gives the size of the pieces.

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "resources/elasticsearch/document_chunk.hpp"
#include "resources/elasticsearch/hit_stream.hpp"

namespace {

using resources::elasticsearch::Hit;

using Hits = std::vector<std::string>;

// The parts of a hit, each inside what was fed.
std::string text_of(const Hit& hit) {
  std::string text;
  for (const auto part : {hit.id, hit.routing, hit.version, hit.source, hit.sort}) {
    text += std::to_string(part.size()) + ":";
    text += part;
  }
  return text;
}

std::optional<Hits> read(std::string_view answer, std::size_t piece) {
  Hits hits;
  resources::elasticsearch::HitStream stream([&](const Hit& hit) { hits.push_back(text_of(hit)); });
  try {
    for (std::size_t at = 0; at < answer.size(); at += piece) stream.feed(answer.substr(at, piece));
    stream.finish();
  } catch (const core::Error&) {
    return std::nullopt;
  }
  if (stream.hits() != hits.size()) std::abort();
  return hits;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view answer(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (read(answer, 1 + data[0]) != read(answer, size)) std::abort();
  return 0;
}
