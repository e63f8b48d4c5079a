#pragma once
// Where a capture puts its chunks. Thread-safe; the bytes are on their way to the disk when put()
// returns, in the order in which chunks finish.

#include <cstdint>
#include <optional>
#include <string>

#include "archive/chunk_codec.hpp"
#include "json/value.hpp"

namespace archive {

struct ChunkName {
  std::string path;  // "mysql/athena-server/trial/000001.tsv.zst", parts already encoded
  std::string resource;
  std::optional<std::uint64_t> rows;
  json::Value meta;  // goes into the manifest's member
};

class ChunkSink {
 public:
  virtual ~ChunkSink() = default;
  // Throws Error(kStorage) when the disk refuses.
  virtual void put(ChunkName name, const EncodedChunk& chunk) = 0;
};

}  // namespace archive
