#include "resources/firebase/auth_capture.hpp"

#include <fmt/format.h>

#include "core/log.hpp"
#include "json/ranges.hpp"
#include "resources/firebase/auth_user.hpp"
#include "resources/firebase/project.hpp"

namespace resources::firebase {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
constexpr std::size_t kPageBytes = std::size_t{8} << 20;
constexpr std::size_t kShare = 2 * kChunkBytes + kPageBytes;
constexpr std::size_t kUserBytes = 600;  // a guess, for the order of work

// Collects one tenant's users into chunks.
class UserWriter {
 public:
  UserWriter(const std::string& tenant, archive::ChunkSink& sink, core::Context& context)
      : m_sink(sink), m_context(context) {
    m_captured.id = tenant;
    m_plain.reserve(kChunkBytes);
  }

  void take(std::string_view object) {
    const auto user = parse_user(object);
    if (user.hash_missing && m_missing++ == 0) m_first_missing = user.id;
    if (user.authenticator_app) ++m_captured.authenticator_apps;
    m_captured.users.add(hash_of_user(object));
    json::append_compact(m_plain, object);
    m_plain += '\n';
    ++m_users;
    if (m_plain.size() >= kChunkBytes) put();
  }

  ArchivedTenant finish(const std::string& title) {
    if (m_missing > 0) throw missing_hashes(title, m_missing, m_first_missing);
    put();
    return m_captured;
  }

 private:
  void put() {
    if (m_users == 0) return;
    m_sink.put(users_name(m_captured.id, m_part++, m_users), archive::encode_zstd(m_plain));
    m_context.progress.advance(kResource, m_plain.size());
    m_plain.clear();
    m_users = 0;
  }

  archive::ChunkSink& m_sink;
  core::Context& m_context;
  ArchivedTenant m_captured;
  std::string m_plain;
  std::uint64_t m_users = 0;
  std::uint32_t m_part = 0;
  std::uint64_t m_missing = 0;
  std::string m_first_missing;
};

}  // namespace

core::Error missing_hashes(const std::string& title, std::uint64_t users,
                           const std::string& first) {
  return {
      core::ExitCode::kCredentials,
      fmt::format("{}: the password hash of {} users is empty or redacted, first of {}: they "
                  "could not sign in after a restore",
                  title, users, first),
      "give the service account the role Firebase Authentication Admin "
      "(firebaseauth.configs.getHashConfig); users imported with another hash must sign in once "
      "or be removed"};
}

AuthCapture::AuthCapture(const Settings& settings, archive::ChunkSink& sink, core::Context& context)
    : m_sink(sink), m_context(context), m_accounts(open_accounts(settings, context.cancel)) {}

std::vector<Task> AuthCapture::plan() {
  std::vector<Task> items;
  for (std::size_t i = 0; i < m_accounts.size(); ++i)
    items.push_back({std::to_string(i), m_accounts[i]->count() * kUserBytes, false,
                     [this, i] { capture(*m_accounts[i]); }});
  return items;
}

void AuthCapture::capture(Accounts& accounts) {
  const auto charge = m_context.memory.acquire(kShare, m_context.cancel);
  UserWriter writer(accounts.tenant(), m_sink, m_context);
  accounts.read([&](std::string_view object) { writer.take(object); });
  const auto captured = writer.finish(accounts.title());
  if (captured.authenticator_apps > 0)
    core::log_warning(
        fmt::format("{}: the second factor of {} users is an authenticator app, whose "
                    "secret Firebase does not tell: they enrol again after a restore",
                    accounts.title(), captured.authenticator_apps));
  const std::lock_guard lock(m_mutex);
  m_captured.push_back(captured);
}

json::Value AuthCapture::finish() {
  return to_json(m_captured);
}

}  // namespace resources::firebase
