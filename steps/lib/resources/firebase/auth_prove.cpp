#include "resources/firebase/auth_prove.hpp"

#include <fmt/format.h>

#include "resources/firebase/auth_user.hpp"

namespace resources::firebase {

namespace {

constexpr std::size_t kPageBytes = std::size_t{8} << 20;

std::string text_of(const core::ContentSum& sum, bool with_checksum) {
  const auto text = fmt::format("{} users", sum.count());
  return with_checksum ? text + " with checksum " + sum.checksum() : text;
}

}  // namespace

std::vector<Task> AuthProve::plan() {
  std::vector<Task> items;
  for (std::size_t i = 0; i < m_sites.size(); ++i) {
    std::uint64_t bytes = 0;
    for (const auto* member : m_sites[i].archived.chunks) bytes += member->plain_size;
    items.push_back({std::to_string(i), bytes, false, [this, i] { compare(m_sites[i]); }});
  }
  return items;
}

void AuthProve::compare(const TenantSite& site) {
  const auto charge = m_context.memory.acquire(kPageBytes, m_context.cancel);
  core::ContentSum found;
  site.accounts->read([&](std::string_view object) { found.add(hash_of_user(object)); });
  const auto& expected = site.archived.users;
  if (found == expected) return;
  const bool same_count = found.count() == expected.count();
  const std::lock_guard lock(m_mutex);
  m_differences.push_back(
      {site.accounts->title(), text_of(expected, same_count), text_of(found, same_count)});
}

json::Value AuthProve::finish() {
  return to_json(m_differences);
}

}  // namespace resources::firebase
