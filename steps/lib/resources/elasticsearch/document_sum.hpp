#pragma once
// Order-independent checksum of documents, over _id, routing and _source of each.

#include <cstdint>
#include <string>

#include "core/content_sum.hpp"
#include "resources/elasticsearch/hit_stream.hpp"

namespace resources::elasticsearch {

class DocumentSum {
 public:
  DocumentSum() = default;
  void add(const Hit& hit);
  void add(const DocumentSum& other) { m_sum.add(other.m_sum); }
  void set_count(std::uint64_t count) { m_sum.set_count(count); }

  std::uint64_t count() const { return m_sum.count(); }
  std::string checksum() const { return m_sum.checksum(); }
  // From what checksum() gave; throws Error(kIntegrity) for anything else.
  static DocumentSum from(std::uint64_t count, const std::string& checksum) {
    return DocumentSum(core::ContentSum::from(count, checksum));
  }

  bool operator==(const DocumentSum&) const = default;

 private:
  explicit DocumentSum(const core::ContentSum& sum) : m_sum(sum) {}

  core::ContentSum m_sum;
};

}  // namespace resources::elasticsearch
