#include "resources/firebase/auth_restore.hpp"

#include <unordered_map>

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/firebase/archived_users.hpp"
#include "resources/firebase/auth_user.hpp"
#include "resources/firebase/chunk_lines.hpp"
#include "resources/firebase/project.hpp"

namespace resources::firebase {

namespace {

constexpr std::size_t kBatchBytes = std::size_t{4} << 20;

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
    : m_archive(archive), m_context(context), m_parameters(hash_parameters_of(settings)) {
  for (auto& site : open_tenants(settings, archive, context.cancel)) {
    auto& place = m_places.emplace_back();
    place.site = std::move(site);
    look_at_live(place);
  }
}

void AuthRestore::look_at_live(Place& place) {
  std::unordered_map<std::uint64_t, std::uint64_t> owners;  // of identifiers, in the archive
  for_each_user(m_archive, place.site.archived, m_context, [&](std::string_view line) {
    const auto id = short_hash(parse_user(line).id);
    place.names.add(id);
    for (const auto& identifier : identifiers_of(line)) owners[short_hash(identifier)] = id;
  });
  place.names.sort();
  std::vector<std::string> in_the_way;
  place.site.accounts->read([&](std::string_view object) {
    const auto id = parse_user(object).id;
    bool free = true;
    for (const auto& identifier : identifiers_of(object)) {
      const auto owner = owners.find(short_hash(identifier));
      free = free && (owner == owners.end() || owner->second == short_hash(id));
    }
    if (free)
      place.live.add(id, hash_of_user(object));
    else
      in_the_way.push_back(id);
  });
  place.live.sort();
  remove(place, in_the_way);
}

std::vector<Task> AuthRestore::plan() {
  std::vector<Task> tasks;
  for (auto& place : m_places)
    for (const auto* member : place.site.archived.chunks)
      tasks.push_back({member->name, member->plain_size, false,
                       [this, &place, member] { load(place, *member); }});
  return tasks;
}

void AuthRestore::load(Place& place, const archive::Member& member) {
  const auto charge = m_context.memory.acquire(
      member.plain_size + member.stored_size + 2 * kBatchBytes, m_context.cancel);
  const auto plain = m_archive.read(member);
  Uploader uploader(*place.site.accounts, m_parameters, m_context.lease);
  std::uint64_t users = 0;
  for_each_line(plain, [&](std::string_view line) {
    ++users;
    if (!place.live.holds(parse_user(line).id, hash_of_user(line))) uploader.add(line);
  });
  uploader.flush();
  if (users != member.rows.value_or(0))
    throw core::Error(
        core::ExitCode::kIntegrity,
        fmt::format("{} holds {} users instead of {}", member.name, users, member.rows.value_or(0)),
        "use another archive");
  m_written += uploader.users();
  m_context.progress.advance(kResource, member.plain_size);
}

void AuthRestore::remove(Place& place, const std::vector<std::string>& ids) {
  for (std::size_t begin = 0; begin < ids.size(); begin += Accounts::kMost) {
    m_context.lease.check();
    const auto end = std::min(ids.size(), begin + Accounts::kMost);
    place.site.accounts->remove({ids.begin() + static_cast<std::ptrdiff_t>(begin),
                                 ids.begin() + static_cast<std::ptrdiff_t>(end)});
  }
  m_removed += ids.size();
}

void AuthRestore::remove_extras(Place& place) {
  std::vector<std::string> extras;
  place.site.accounts->read([&](std::string_view object) {
    auto id = parse_user(object).id;
    if (!place.names.contains(id)) extras.push_back(std::move(id));
  });
  remove(place, extras);
}

json::Value AuthRestore::finish() {
  std::uint64_t users = 0;
  for (auto& place : m_places) {
    users += place.site.archived.users.count();
    remove_extras(place);
  }
  json::Value report;
  report.set("users", users);
  report.set("written", m_written.load());
  report.set("removed", m_removed);
  return report;
}

}  // namespace resources::firebase
