#include "resources/mysql/server_locks.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/sha256.hpp"
#include "resources/mysql/identifier.hpp"

namespace resources::mysql {

namespace {
constexpr std::size_t kMostLocks = 33;  // the control connection and 32 workers
constexpr int kNoteEvery = 100;         // turns of the wait below: 10 s

// MySQL 8.0.15 as a whole dies when a session is killed that builds a full-text key. It ends by
// itself: nobody is there any more to send it another statement.
bool may_be_killed(Connection& connection, const std::string& session) {
  const std::string statement =
      connection.value("SELECT INFO FROM information_schema.PROCESSLIST WHERE ID=" + session)
          .value_or("");
  return statement.find("FULLTEXT KEY") == std::string::npos;
}
}  // namespace

ServerLocks::ServerLocks(const std::string& environment)
    : m_prefix("environment-backup-" + core::sha256_hex(environment).substr(0, 16)) {}

std::string ServerLocks::name(std::size_t number) const {
  return quote_text(fmt::format("{}-{}", m_prefix, number));
}

void ServerLocks::end_leftovers(Connection& connection, core::Context& context) const {
  for (std::size_t i = 0; i < kMostLocks; ++i) {
    const std::string used_by = fmt::format("SELECT IS_USED_LOCK({})", name(i));
    for (int turn = 0;; ++turn) {
      const Field holder = connection.value(used_by);
      if (!holder) break;
      if (turn % kNoteEvery == 0) {
        context.lease.check();
        const bool kill = may_be_killed(connection, *holder);
        context.progress.note(fmt::format("mysql: {} session {} of an interrupted run",
                                          kill ? "ending" : "waiting for", *holder));
        if (kill) connection.try_execute("KILL " + *holder);  // it may have ended by itself
      }
      context.cancel.sleep_ms(100);
    }
  }
}

void ServerLocks::take(Connection& connection, std::size_t number) const {
  if (connection.number(fmt::format("SELECT GET_LOCK({}, 10)", name(number))) != 1)
    throw core::Error(core::ExitCode::kBusy,
                      "another session restores this environment's databases",
                      "wait for it, or end it on the server");
}

}  // namespace resources::mysql
