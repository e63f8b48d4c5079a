#include "resources/mysql/lock_watch.hpp"

#include <chrono>

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/mysql/identifier.hpp"

namespace resources::mysql {

namespace {

constexpr std::chrono::seconds kBetweenLooks{1};
constexpr int kPatience = 10;  // looks

// A statement names its database or runs in it; what hides its text may mean any. A FLUSH waits for
// every statement of the server.
std::string concerns_us(const std::vector<std::string>& databases) {
  std::string list;
  std::string named;
  for (const auto& database : databases) {
    list += (list.empty() ? "" : ",") + quote_text(database);
    named += fmt::format(" OR LOCATE({},INFO)>0", quote_text(database));
  }
  return fmt::format(
      "(STATE='Waiting for table flush' OR (STATE LIKE 'Waiting for % metadata lock'"
      " AND (DB IN ({}) OR INFO IS NULL{})))",
      list, named);
}

}  // namespace

LockWatch::LockWatch(const MysqlSettings& settings, core::Context& context,
                     std::vector<std::uint64_t> sessions)
    : m_settings(settings),
      m_sessions(std::move(sessions)),
      m_connection(settings, context.cancel),
      m_thread([this] { watch(); }) {}

LockWatch::~LockWatch() {
  {
    const std::lock_guard lock(m_mutex);
    m_end = true;
  }
  m_ended.notify_all();
  m_thread.join();
}

void LockWatch::check() const {
  const std::lock_guard lock(m_mutex);
  if (m_reason.empty()) return;
  throw core::Error(core::ExitCode::kServiceError, "the cut was given up: " + m_reason,
                    "run the backup again when no migration is under way");
}

void LockWatch::watch() {
  std::unique_lock lock(m_mutex);
  while (m_reason.empty() && !m_ended.wait_for(lock, kBetweenLooks, [this] { return m_end; })) {
    lock.unlock();
    try {
      look();
    } catch (const core::Error& error) {
      give_up(fmt::format("nobody could see whether users wait for it ({})", error.what()));
    } catch (const core::Cancelled&) {
      return;
    }
    lock.lock();
  }
}

void LockWatch::look() {
  std::map<std::string, int> looks;
  for (const auto& row : m_connection.query(
           "SELECT ID, USER, HOST, LEFT(COALESCE(INFO,''),100) FROM information_schema.PROCESSLIST"
           " WHERE ID<>CONNECTION_ID() AND " +
           concerns_us(m_settings.databases))) {
    const std::string id = row[0].value_or("");
    const auto before = m_looks.find(id);
    looks[id] = before == m_looks.end() ? 1 : before->second + 1;
    if (looks[id] > kPatience)
      return give_up(fmt::format("session {} of {}@{} waited {} s for its locks: {}", id,
                                 row[1].value_or("?"), row[2].value_or("?"), kPatience,
                                 row[3].value_or("")));
  }
  m_looks = std::move(looks);
}

void LockWatch::give_up(const std::string& reason) {
  {
    const std::lock_guard lock(m_mutex);
    m_reason = reason;
  }
  for (const std::uint64_t session : m_sessions) {
    try {
      m_connection.try_execute(fmt::format("KILL {}", session));
    } catch (const core::Error&) {
      return;  // a server that is gone holds no locks
    }
  }
}

}  // namespace resources::mysql
