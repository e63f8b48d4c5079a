#include "resources/mysql/row_checksum.hpp"

#include <charconv>

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/error.hpp"

namespace resources::mysql {

namespace {
std::uint64_t parse_half(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size())
    throw core::Error(core::ExitCode::kIntegrity, "a row checksum in the manifest is not a number",
                      "verify the archive");
  return value;
}
}  // namespace

void RowChecksum::add_row(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  ++m_rows;
  add(hash.high64, hash.low64);
}

void RowChecksum::add(std::uint64_t high, std::uint64_t low) {
  m_low += low;
  m_high += high + (m_low < low ? 1 : 0);
}

RowChecksum& RowChecksum::operator+=(const RowChecksum& other) {
  m_rows += other.m_rows;
  add(other.m_high, other.m_low);
  return *this;
}

std::string RowChecksum::hex() const {
  return fmt::format("{:016x}{:016x}", m_high, m_low);
}

RowChecksum RowChecksum::from_text(std::uint64_t rows, std::string_view hex) {
  RowChecksum sum;
  sum.m_rows = rows;
  sum.m_high = parse_half(hex.substr(0, 16));
  sum.m_low = parse_half(hex.size() == 32 ? hex.substr(16) : std::string_view());
  return sum;
}

}  // namespace resources::mysql
