#include "archive/chunk_codec.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/sha256.hpp"

using archive::decode;
using archive::encode_plain;
using archive::encode_zstd;
using archive::Tuning;
using Catch::Matchers::Contains;

namespace {

std::string decode_chunk(const archive::EncodedChunk& chunk) {
  return decode(chunk.stored, chunk.plain_size, chunk.sha256, chunk.codec, "a/chunk");
}

// What a forger would do: the manifest's SHA-256 fits the forged bytes.
archive::EncodedChunk forge(archive::EncodedChunk chunk, std::string stored) {
  chunk.stored = std::move(stored);
  chunk.sha256 = core::sha256_hex(chunk.stored);
  return chunk;
}

}  // namespace

TEST_CASE("a chunk comes back as it was, compressed or plain") {
  for (const std::size_t size : {0, 1, 511, 70'000, 3'000'000}) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * i % 251);
    for (const auto tuning : {Tuning::kGeneral, Tuning::kRows, Tuning::kDense})
      CHECK(decode_chunk(encode_zstd(text, tuning)) == text);
    CHECK(decode_chunk(encode_plain(text)) == text);
  }
}

TEST_CASE("a compressed chunk holds no more memory than its bytes") {
  const auto chunk = encode_zstd(std::string(4 << 20, 'a'));
  CHECK(chunk.stored.size() < 2000);
  CHECK(chunk.stored.capacity() < 2 * chunk.stored.size() + 64);
}

TEST_CASE("rows shrink about as much as other text, what is dense already hardly") {
  std::string rows;
  for (int i = 0; i < 20'000; ++i)
    rows += std::to_string(i) + "\t" + std::to_string(i * 7919 % 100'000) + "\t2020-01-01\n";
  const auto general = encode_zstd(rows).stored.size();
  CHECK(encode_zstd(rows, Tuning::kRows).stored.size() < general * 5 / 4);
  CHECK(encode_zstd(rows, Tuning::kDense).stored.size() > general);
}

TEST_CASE("one changed bit of a chunk is found") {
  auto chunk = encode_zstd("some rows of some table");
  for (std::size_t i = 0; i < chunk.stored.size(); ++i) {
    auto damaged = chunk;
    damaged.stored[i] = static_cast<char>(damaged.stored[i] ^ 1);
    CHECK_THROWS_WITH(decode_chunk(damaged), Contains("a/chunk"));
  }
}

TEST_CASE("a forged frame is refused even when its SHA-256 fits") {
  const auto chunk = encode_zstd("some rows of some table");
  CHECK_THROWS_WITH(decode_chunk(forge(chunk, chunk.stored + "x")), Contains("one whole"));
  CHECK_THROWS_WITH(decode_chunk(forge(chunk, chunk.stored + chunk.stored)), Contains("one whole"));
  CHECK_THROWS_WITH(decode_chunk(forge(chunk, "not a frame")), Contains("not a zstd frame"));
  CHECK_THROWS_AS(decode_chunk(forge(chunk, "")), core::Error);
  for (std::size_t i = 0; i < chunk.stored.size(); ++i)
    CHECK_THROWS_AS(decode_chunk(forge(chunk, chunk.stored.substr(0, i))), core::Error);
}

TEST_CASE("a bomb is refused before it is decoded") {
  auto bomb = encode_zstd(std::string(8 << 20, '\0'));
  bomb.plain_size = 100;
  CHECK_THROWS_WITH(decode_chunk(bomb), Contains("announces another size"));
  bomb.plain_size = std::uint64_t{1} << 62;
  CHECK_THROWS_WITH(decode_chunk(bomb), Contains("impossible size"));
}

TEST_CASE("an unknown codec asks for another version") {
  auto chunk = encode_zstd("x");
  chunk.codec = {"zstd", "sealed"};
  try {
    decode_chunk(chunk);
    FAIL("decoded");
  } catch (const core::Error& error) {
    CHECK(error.code() == core::ExitCode::kConfiguration);
  }
}
