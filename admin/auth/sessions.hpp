#pragma once
// Who is signed in. In memory, by the hash of the cookie: a copy of the memory gives no cookie, and
// a restart of the service signs everybody out. Any thread.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "admin/store/accounts.hpp"
#include "core/clock.hpp"

namespace admin {

struct Session {
  std::string user;
  Role role = Role::kViewer;
  bool by_proxy = false;  // signed in by the proxy's Remote-User, not by a password of ours
  std::int64_t began_ms = 0;
  std::int64_t seen_ms = 0;
};

class Sessions {
 public:
  Sessions(std::int64_t idle_seconds, std::int64_t longest_seconds, const core::Clock& clock);

  // Returns the value of the cookie.
  std::string begin(const std::string& user, Role role, bool by_proxy);
  // nullopt when it is unknown or over. `touch`: this request counts as activity.
  std::optional<Session> find(const std::string& cookie, bool touch);
  void end(const std::string& cookie);

 private:
  bool over(const Session& session) const;
  void forget_old();

  std::int64_t m_idle_ms;
  std::int64_t m_longest_ms;
  const core::Clock& m_clock;
  std::mutex m_mutex;
  std::map<std::string, Session> m_sessions;  // by SHA-256 of the cookie
};

}  // namespace admin
