#include "resources/elasticsearch/document_sum.hpp"

#include <charconv>
#include <memory>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/error.hpp"

namespace resources::elasticsearch {

namespace {

struct StateFree {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

XXH3_state_t& state_of_thread() {
  thread_local const std::unique_ptr<XXH3_state_t, StateFree> state(XXH3_createState());
  XXH3_128bits_reset(state.get());
  return *state;
}

// Length first, so that "a" + "bc" and "ab" + "c" differ. Servers may escape differently: texts
// count decoded.
void update(XXH3_state_t& state, std::string_view text) {
  const std::uint64_t size = text.size();
  XXH3_128bits_update(&state, &size, sizeof size);
  XXH3_128bits_update(&state, text.data(), text.size());
}

void update_string(XXH3_state_t& state, std::string_view value) {
  value = trimmed(value);
  if (value.find('\\') == std::string_view::npos && value.size() >= 2)
    update(state, value.substr(1, value.size() - 2));
  else
    update(state, value.empty() ? std::string() : decode_string(value));
}

std::uint64_t half_of(const std::string& checksum, std::size_t at) {
  std::uint64_t half = 0;
  const char* const begin = checksum.data() + at;
  const bool whole = checksum.size() == 32;
  if (const auto [end, error] = std::from_chars(begin, begin + (whole ? 16 : 0), half, 16);
      error == std::errc{} && end == begin + 16)
    return half;
  throw core::Error(core::ExitCode::kIntegrity, "'" + checksum + "' is not a checksum",
                    "the archive is damaged: use another one");
}

}  // namespace

void DocumentSum::add_halves(std::uint64_t high, std::uint64_t low) {
  m_low += low;
  m_high += high + (m_low < low ? 1 : 0);
}

void DocumentSum::add(const Hit& hit) {
  auto& state = state_of_thread();
  update_string(state, hit.id);
  update_string(state, hit.routing);
  update(state, hit.source);
  const XXH128_hash_t hash = XXH3_128bits_digest(&state);
  add_halves(hash.high64, hash.low64);
  ++m_count;
}

void DocumentSum::add(const DocumentSum& other) {
  add_halves(other.m_high, other.m_low);
  m_count += other.m_count;
}

std::string DocumentSum::checksum() const {
  return fmt::format("{:016x}{:016x}", m_high, m_low);
}

DocumentSum DocumentSum::from(std::uint64_t count, const std::string& checksum) {
  DocumentSum sum;
  sum.m_count = count;
  sum.m_high = half_of(checksum, 0);
  sum.m_low = half_of(checksum, checksum.size() / 2);
  return sum;
}

}  // namespace resources::elasticsearch
