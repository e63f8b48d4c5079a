#pragma once
// What a store holds now, as hashes: so that a restore in place writes only what differs, and
// removes only what the archive does not hold. About 24 bytes a record.

#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

#include "core/content_sum.hpp"

namespace resources::firebase {

// 64 bits of a name: two of the same are told apart by prove.
std::uint64_t short_hash(std::string_view name);

class LiveRecords {
 public:
  void add(std::string_view name, const core::Hash128& content);
  // Before the first question, when all are added.
  void sort();
  bool holds(std::string_view name, const core::Hash128& content) const;
  std::size_t size() const { return m_records.size(); }

 private:
  struct Record {
    std::uint64_t name;
    core::Hash128 content;
  };
  std::mutex m_mutex;
  std::vector<Record> m_records;
};

// Names of an archive. add() from any thread; contains() when all are added.
class ArchivedNames {
 public:
  void add(std::uint64_t name);
  void sort();
  bool contains(std::string_view name) const;

 private:
  std::mutex m_mutex;
  std::vector<std::uint64_t> m_names;
};

}  // namespace resources::firebase
