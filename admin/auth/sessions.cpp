#include "admin/auth/sessions.hpp"

#include <algorithm>

#include "admin/auth/password.hpp"
#include "core/sha256.hpp"

namespace admin {

namespace {
constexpr std::size_t kMostSessions = 10000;
}

Sessions::Sessions(std::int64_t idle_seconds, std::int64_t longest_seconds,
                   const core::Clock& clock)
    : m_idle_ms(idle_seconds * 1000), m_longest_ms(longest_seconds * 1000), m_clock(clock) {}

bool Sessions::over(const Session& session) const {
  const auto now = m_clock.now_ms();
  return now - session.seen_ms > m_idle_ms || now - session.began_ms > m_longest_ms;
}

std::string Sessions::begin(const std::string& user, Role role, bool by_proxy) {
  const std::lock_guard lock(m_mutex);
  if (m_sessions.size() >= kMostSessions) forget_old();
  const std::string cookie = random_token();
  const auto now = m_clock.now_ms();
  m_sessions[core::sha256_hex(cookie)] = {user, role, by_proxy, now, now};
  return cookie;
}

std::optional<Session> Sessions::find(const std::string& cookie, bool touch) {
  if (cookie.empty()) return std::nullopt;
  const std::lock_guard lock(m_mutex);
  const auto found = m_sessions.find(core::sha256_hex(cookie));
  if (found == m_sessions.end()) return std::nullopt;
  if (over(found->second)) {
    m_sessions.erase(found);
    return std::nullopt;
  }
  if (touch) found->second.seen_ms = m_clock.now_ms();
  return found->second;
}

void Sessions::end(const std::string& cookie) {
  const std::lock_guard lock(m_mutex);
  m_sessions.erase(core::sha256_hex(cookie));
}

void Sessions::forget_old() {
  for (auto each = m_sessions.begin(); each != m_sessions.end();)
    each = over(each->second) ? m_sessions.erase(each) : std::next(each);
  if (m_sessions.size() < kMostSessions) return;
  const auto oldest = std::min_element(m_sessions.begin(), m_sessions.end(),
                                       [](const auto& left, const auto& right) {
                                         return left.second.seen_ms < right.second.seen_ms;
                                       });
  m_sessions.erase(oldest);
}

}  // namespace admin
