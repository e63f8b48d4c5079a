#pragma once
// One chunk = one zstd frame with content size and checksum, plus the SHA-256 of what is stored.
// The only user of zstd. Encoding runs in the worker that made the bytes.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace archive {

// How hard to compress. kGeneral: zstd level 1. kRows: a quarter faster on rows of a table for some
// per cent of size; on other text and on programs it costs more size than it gains. kDense: at
// twice the speed, for what hardly shrinks (hashes, encrypted or compressed values).
enum class Tuning { kGeneral, kRows, kDense };

// Upper bound of a chunk's plain size that a reader accepts: guards against bombs.
inline constexpr std::uint64_t kMaxPlainSize = std::uint64_t{1} << 30;

struct EncodedChunk {
  std::string stored;
  std::uint64_t plain_size = 0;
  std::string sha256;              // of `stored`
  std::vector<std::string> codec;  // {"zstd"} or {}
};

EncodedChunk encode_zstd(std::string_view plain, Tuning tuning = Tuning::kGeneral);
EncodedChunk encode_plain(std::string plain);

// Checks sha256 first, then decodes to exactly `plain_size` bytes. Throws Error(kIntegrity) naming
// `name` for anything that disagrees, before more than plain_size bytes are allocated.
std::string decode(std::string_view stored, std::uint64_t plain_size, const std::string& sha256,
                   const std::vector<std::string>& codec, const std::string& name);

}  // namespace archive
