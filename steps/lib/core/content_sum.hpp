#pragma once
// Order-independent checksum of records: how many, and the sum modulo 2^128 of XXH3-128 over each.
// A sum, not XOR: two equal changes do not cancel out.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace core {

struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

// The hash of one record, given in parts. Not for several threads at once.
class RecordHash {
 public:
  RecordHash();
  ~RecordHash();
  RecordHash(const RecordHash&) = delete;
  RecordHash& operator=(const RecordHash&) = delete;

  // Counts the part's length too, so that "a" + "bc" and "ab" + "c" differ.
  void part(std::string_view bytes);
  // Of the parts so far; the next part begins another record.
  Hash128 take();

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

class ContentSum {
 public:
  void add(const Hash128& hash);
  void add(const ContentSum& other);
  void remove(const Hash128& hash);  // one that was added
  void set_count(std::uint64_t count) { m_count = count; }

  std::uint64_t count() const { return m_count; }
  std::string checksum() const;  // 32 lower-case hex digits
  // From what checksum() gave; throws Error(kIntegrity) for anything else.
  static ContentSum from(std::uint64_t count, const std::string& checksum);

  bool operator==(const ContentSum&) const = default;

 private:
  std::uint64_t m_count = 0;
  std::uint64_t m_high = 0;
  std::uint64_t m_low = 0;
};

}  // namespace core
