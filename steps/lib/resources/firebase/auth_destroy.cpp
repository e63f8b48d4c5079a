#include "resources/firebase/auth_destroy.hpp"

#include <cstdint>
#include <unordered_set>

#include <fmt/format.h>

#include "core/content_sum.hpp"
#include "core/error.hpp"
#include "resources/firebase/auth_site.hpp"
#include "resources/firebase/auth_user.hpp"
#include "resources/firebase/chunk_lines.hpp"

namespace resources::firebase {

namespace {

constexpr std::size_t kMostNamed = 100;

// 64 bits are enough to tell people which users do not come back.
std::uint64_t short_hash(const std::string& id) {
  thread_local core::RecordHash hash;
  hash.part(id);
  return hash.take().low;
}

std::unordered_set<std::uint64_t> archived_ids(const archive::ArchiveReader& archive,
                                               const ArchivedTenant& tenant,
                                               core::Context& context) {
  std::unordered_set<std::uint64_t> ids;
  for (const auto* member : tenant.chunks) {
    const auto charge =
        context.memory.acquire(member->plain_size + member->stored_size, context.cancel);
    const auto plain = archive.read(*member);
    for_each_line(plain,
                  [&](std::string_view line) { ids.insert(short_hash(parse_user(line).id)); });
  }
  return ids;
}

class Remover {
 public:
  Remover(Accounts& accounts, std::unordered_set<std::uint64_t> archived, core::Context& context)
      : m_accounts(accounts), m_archived(std::move(archived)), m_context(context) {}

  // The first page again and again: what was removed is not in it any more.
  void run() {
    while (remove_page() > 0) m_context.cancel.check();
  }

  std::vector<std::string> gone() {
    if (m_more > 0) m_gone.push_back(fmt::format("{} more users", m_more));
    return std::move(m_gone);
  }

 private:
  std::size_t remove_page() {
    std::vector<std::string> ids;
    m_accounts.read_first([&](std::string_view object) { ids.push_back(parse_user(object).id); });
    if (ids.empty()) return 0;
    m_context.lease.check();
    m_accounts.remove(ids);
    for (const auto& id : ids) note(id);
    return ids.size();
  }

  void note(const std::string& id) {
    if (m_archived.count(short_hash(id)) > 0) return;
    if (m_gone.size() < kMostNamed)
      m_gone.push_back("user " + id);
    else
      ++m_more;
  }

  Accounts& m_accounts;
  std::unordered_set<std::uint64_t> m_archived;
  core::Context& m_context;
  std::vector<std::string> m_gone;
  std::uint64_t m_more = 0;
};

}  // namespace

std::vector<std::string> destroy_users(const Settings& settings,
                                       const archive::ArchiveReader& archive,
                                       core::Context& context) {
  std::vector<std::string> gone;
  for (const auto& site : open_tenants(settings, archive, context.cancel)) {
    Remover remover(*site.accounts, archived_ids(archive, site.archived, context), context);
    remover.run();
    for (auto& name : remover.gone()) gone.push_back(std::move(name));
  }
  return gone;
}

}  // namespace resources::firebase
