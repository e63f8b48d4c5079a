#include "core/content_sum.hpp"

#include <charconv>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/error.hpp"

namespace core {

namespace {

std::uint64_t half_of(const std::string& checksum, std::size_t at) {
  std::uint64_t half = 0;
  const char* const begin = checksum.data() + at;
  const bool whole = checksum.size() == 32;
  if (const auto [end, error] = std::from_chars(begin, begin + (whole ? 16 : 0), half, 16);
      error == std::errc{} && end == begin + 16)
    return half;
  throw Error(ExitCode::kIntegrity, "'" + checksum + "' is not a checksum",
              "the archive is damaged: use another one");
}

}  // namespace

struct RecordHash::State {
  State() : xxh(XXH3_createState()) { XXH3_128bits_reset(xxh); }
  ~State() { XXH3_freeState(xxh); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  XXH3_state_t* xxh;
};

RecordHash::RecordHash() : m_state(std::make_unique<State>()) {}
RecordHash::~RecordHash() = default;

void RecordHash::part(std::string_view bytes) {
  const std::uint64_t size = bytes.size();
  XXH3_128bits_update(m_state->xxh, &size, sizeof size);
  XXH3_128bits_update(m_state->xxh, bytes.data(), bytes.size());
}

Hash128 RecordHash::take() {
  const XXH128_hash_t hash = XXH3_128bits_digest(m_state->xxh);
  XXH3_128bits_reset(m_state->xxh);
  return {hash.high64, hash.low64};
}

void ContentSum::add(const Hash128& hash) {
  m_low += hash.low;
  m_high += hash.high + (m_low < hash.low ? 1 : 0);
  ++m_count;
}

void ContentSum::add(const ContentSum& other) {
  m_low += other.m_low;
  m_high += other.m_high + (m_low < other.m_low ? 1 : 0);
  m_count += other.m_count;
}

void ContentSum::remove(const Hash128& hash) {
  m_high -= hash.high + (m_low < hash.low ? 1 : 0);
  m_low -= hash.low;
  --m_count;
}

std::string ContentSum::checksum() const {
  return fmt::format("{:016x}{:016x}", m_high, m_low);
}

ContentSum ContentSum::from(std::uint64_t count, const std::string& checksum) {
  ContentSum sum;
  sum.m_count = count;
  sum.m_high = half_of(checksum, 0);
  sum.m_low = half_of(checksum, checksum.size() / 2);
  return sum;
}

}  // namespace core
