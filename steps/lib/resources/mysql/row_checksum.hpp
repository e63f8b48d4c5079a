#pragma once
// An order-independent checksum of rows: their number and the sum modulo 2^128 of each row's
// XXH3-128. A sum, not XOR: two equal rows must not cancel each other out.

#include <cstdint>
#include <string>
#include <string_view>

namespace resources::mysql {

class RowChecksum {
 public:
  void add_row(std::string_view bytes);
  RowChecksum& operator+=(const RowChecksum& other);
  bool operator==(const RowChecksum& other) const = default;

  std::uint64_t rows() const { return m_rows; }
  std::string hex() const;  // 32 digits
  // Throws Error(kIntegrity) for anything but 32 hex digits.
  static RowChecksum from_text(std::uint64_t rows, std::string_view hex);

 private:
  void add(std::uint64_t high, std::uint64_t low);

  std::uint64_t m_rows = 0;
  std::uint64_t m_high = 0;
  std::uint64_t m_low = 0;
};

}  // namespace resources::mysql
