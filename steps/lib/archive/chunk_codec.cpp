#include "archive/chunk_codec.hpp"

#include <memory>

#include <fmt/format.h>
// for ZSTD_c_literalCompressionMode
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

#include "archive/frame.hpp"
#include "core/error.hpp"
#include "core/sha256.hpp"

namespace archive {

namespace {

using core::Error;
using core::ExitCode;

constexpr int kLevel = 1;
constexpr int kDenseLevel = -4;
// A larger one is given back after use: what a thread keeps is not charged to the memory budget.
constexpr std::size_t kKeptScratch = std::size_t{16} << 20;

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

// Per thread: making a context costs more than compressing a small chunk, and compressing into a
// kept buffer leaves one exact allocation for the result instead of one of the worst-case size.
struct Encoder {
  std::unique_ptr<ZSTD_CCtx, FreeCompressor> context{ZSTD_createCCtx()};
  std::unique_ptr<char[]> scratch;
  std::size_t capacity = 0;

  char* reserve(std::size_t bytes) {
    if (bytes > capacity) {
      scratch.reset();
      scratch = std::unique_ptr<char[]>(new char[bytes]);  // not zeroed
      capacity = bytes;
    }
    return scratch.get();
  }
  void trim() {
    if (capacity <= kKeptScratch) return;
    scratch.reset();
    capacity = 0;
  }
};

void set_parameters(ZSTD_CCtx* context, Tuning tuning) {
  ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel,
                         tuning == Tuning::kDense ? kDenseLevel : kLevel);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  if (tuning != Tuning::kRows) return;
  // a table that fits the first cache, and longer steps where nothing matches; but literals stay
  // compressed, as in no faster level
  ZSTD_CCtx_setParameter(context, ZSTD_c_hashLog, 12);
  ZSTD_CCtx_setParameter(context, ZSTD_c_minMatch, 6);
  ZSTD_CCtx_setParameter(context, ZSTD_c_targetLength, 3);
  ZSTD_CCtx_setParameter(context, ZSTD_c_literalCompressionMode, ZSTD_ps_enable);
}

std::string compress(std::string_view plain, Tuning tuning) {
  thread_local Encoder encoder;
  if (!encoder.context) throw std::bad_alloc();
  const std::size_t bound = ZSTD_compressBound(plain.size());
  char* out = encoder.reserve(bound);
  set_parameters(encoder.context.get(), tuning);
  const std::size_t size =
      ZSTD_compress2(encoder.context.get(), out, bound, plain.data(), plain.size());
  if (ZSTD_isError(size) != 0U)
    throw Error(ExitCode::kInternal,
                fmt::format("cannot compress a chunk: {}", ZSTD_getErrorName(size)));
  std::string stored(out, size);
  encoder.trim();
  return stored;
}

std::string decompress(std::string_view stored, std::uint64_t plain_size, const std::string& name) {
  check_frame(stored, stored.size(), plain_size, name);
  std::string plain(plain_size, '\0');
  const std::size_t got = ZSTD_decompressDCtx(thread_decoder(), plain.data(), plain.size(),
                                              stored.data(), stored.size());
  if (ZSTD_isError(got) != 0U)
    refuse_member(name, fmt::format("cannot be decoded ({})", ZSTD_getErrorName(got)));
  if (got != plain_size)
    refuse_member(name, fmt::format("decodes to {} bytes, not {}", got, plain_size));
  return plain;
}

}  // namespace

EncodedChunk encode_zstd(std::string_view plain, Tuning tuning) {
  if (plain.size() > kMaxPlainSize)
    throw Error(ExitCode::kInternal, fmt::format("a chunk of {} bytes is too large", plain.size()));
  EncodedChunk chunk;
  chunk.stored = compress(plain, tuning);
  chunk.plain_size = plain.size();
  chunk.sha256 = core::sha256_hex(chunk.stored);
  chunk.codec = {kZstdCodec};
  return chunk;
}

EncodedChunk encode_plain(std::string plain) {
  EncodedChunk chunk;
  chunk.plain_size = plain.size();
  chunk.sha256 = core::sha256_hex(plain);
  chunk.stored = std::move(plain);
  return chunk;
}

std::string decode(std::string_view stored, std::uint64_t plain_size, const std::string& sha256,
                   const std::vector<std::string>& codec, const std::string& name) {
  const bool zstd = is_zstd(codec, name);
  if (plain_size > kMaxPlainSize || (!zstd && plain_size != stored.size()))
    refuse_member(name, "has an impossible size");
  if (core::sha256_hex(stored) != sha256) refuse_member(name, "has another SHA-256");
  return zstd ? decompress(stored, plain_size, name) : std::string(stored);
}

}  // namespace archive
