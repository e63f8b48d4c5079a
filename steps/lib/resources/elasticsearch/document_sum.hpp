#pragma once
// Order-independent checksum of documents: how many, and the sum modulo 2^128 of XXH3-128 over
// _id, routing and _source of each. A sum, not XOR: two equal changes do not cancel out.

#include <cstdint>
#include <string>
#include <string_view>

#include "resources/elasticsearch/hit_stream.hpp"

namespace resources::elasticsearch {

class DocumentSum {
 public:
  void add(const Hit& hit);
  void add(const DocumentSum& other);
  void set_count(std::uint64_t count) { m_count = count; }

  std::uint64_t count() const { return m_count; }
  std::string checksum() const;  // 32 lower-case hex digits
  // From what checksum() gave; throws Error(kIntegrity) for anything else.
  static DocumentSum from(std::uint64_t count, const std::string& checksum);

  bool operator==(const DocumentSum&) const = default;

 private:
  void add_halves(std::uint64_t high, std::uint64_t low);

  std::uint64_t m_count = 0;
  std::uint64_t m_high = 0;
  std::uint64_t m_low = 0;
};

}  // namespace resources::elasticsearch
