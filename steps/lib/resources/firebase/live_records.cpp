#include "resources/firebase/live_records.hpp"

#include <algorithm>

namespace resources::firebase {

std::uint64_t short_hash(std::string_view name) {
  thread_local core::RecordHash hash;
  hash.part(name);
  return hash.take().low;
}

void LiveRecords::add(std::string_view name, const core::Hash128& content) {
  const std::lock_guard lock(m_mutex);
  m_records.push_back({short_hash(name), content});
}

void LiveRecords::sort() {
  std::sort(m_records.begin(), m_records.end(),
            [](const Record& a, const Record& b) { return a.name < b.name; });
}

bool LiveRecords::holds(std::string_view name, const core::Hash128& content) const {
  const auto wanted = short_hash(name);
  const auto found =
      std::lower_bound(m_records.begin(), m_records.end(), wanted,
                       [](const Record& record, std::uint64_t hash) { return record.name < hash; });
  return found != m_records.end() && found->name == wanted && found->content.high == content.high &&
         found->content.low == content.low;
}

void ArchivedNames::add(std::uint64_t name) {
  const std::lock_guard lock(m_mutex);
  m_names.push_back(name);
}

void ArchivedNames::sort() {
  std::sort(m_names.begin(), m_names.end());
}

bool ArchivedNames::contains(std::string_view name) const {
  return std::binary_search(m_names.begin(), m_names.end(), short_hash(name));
}

}  // namespace resources::firebase
