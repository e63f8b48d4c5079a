#include "resources/firebase/auth_restore.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/firebase/chunk_lines.hpp"
#include "resources/firebase/project.hpp"

namespace resources::firebase {

namespace {

constexpr std::size_t kBatchBytes = std::size_t{4} << 20;

std::string journal_entry(const std::string& member) {
  return std::string(kAuth) + "/" + member;
}

// Views into the chunk, uploaded in batches.
class Uploader {
 public:
  Uploader(Accounts& accounts, const HashParameters& parameters, core::Lease& lease)
      : m_accounts(accounts), m_parameters(parameters), m_lease(lease) {}

  void add(std::string_view user) {
    if (m_batch.size() >= Accounts::kMost || m_bytes + user.size() > kBatchBytes) flush();
    m_batch.push_back(user);
    m_bytes += user.size();
    ++m_users;
  }

  void flush() {
    if (m_batch.empty()) return;
    m_lease.check();
    m_accounts.upload(m_batch, m_parameters);
    m_batch.clear();
    m_bytes = 0;
  }

  std::uint64_t users() const { return m_users; }

 private:
  Accounts& m_accounts;
  const HashParameters& m_parameters;
  core::Lease& m_lease;
  std::vector<std::string_view> m_batch;
  std::size_t m_bytes = 0;
  std::uint64_t m_users = 0;
};

}  // namespace

AuthRestore::AuthRestore(const Settings& settings, const archive::ArchiveReader& archive,
                         core::Context& context)
    : m_archive(archive),
      m_context(context),
      m_parameters(hash_parameters_of(settings)),
      m_sites(open_tenants(settings, archive, context.cancel)) {
  for (const auto& site : m_sites)
    for (const auto* member : site.archived.chunks)
      m_chunks[member->name] = {member, site.accounts.get()};
}

std::vector<Task> AuthRestore::plan() {
  std::vector<Task> items;
  for (const auto& [name, chunk] : m_chunks)
    if (!m_context.journal.is_done(kResource, journal_entry(name)))
      items.push_back({name, chunk.first->plain_size});
  return items;
}

void AuthRestore::run(const Task& item) {
  const auto& [member, accounts] = m_chunks.at(item.id);
  const auto charge = m_context.memory.acquire(
      member->plain_size + member->stored_size + 2 * kBatchBytes, m_context.cancel);
  const auto plain = m_archive.read(*member);
  Uploader uploader(*accounts, m_parameters, m_context.lease);
  for_each_line(plain, [&](std::string_view line) { uploader.add(line); });
  uploader.flush();
  if (uploader.users() != member->rows.value_or(0))
    throw core::Error(core::ExitCode::kIntegrity,
                      fmt::format("{} holds {} users instead of {}", member->name, uploader.users(),
                                  member->rows.value_or(0)),
                      "use another archive");
  m_context.journal.done(kResource, journal_entry(item.id));
  m_context.progress.advance(kResource, member->plain_size);
}

json::Value AuthRestore::finish() {
  std::uint64_t users = 0;
  for (const auto& site : m_sites) users += site.archived.users.count();
  json::Value report;
  report.set("users", users);
  return report;
}

}  // namespace resources::firebase
