#include "admin/auth/throttle.hpp"

#include <algorithm>

namespace admin {

namespace {

constexpr std::size_t kMostKeys = 20000;
// One address may belong to an office, one account be tried from many: both have more room.
constexpr int kAddressFactor = 4;
constexpr int kAccountFactor = 10;

// Of this account from this place.
std::string own_key(const LoginTry& tried) {
  return tried.device.empty() ? "pair " + tried.address + " " + tried.account
                              : "device " + tried.device + " " + tried.account;
}

}  // namespace

Throttle::Throttle(int attempts, std::int64_t lockout_seconds, const core::Clock& clock)
    : m_attempts(attempts), m_window_ms(lockout_seconds * 1000), m_clock(clock) {}

std::int64_t Throttle::wait_ms(const std::string& key, std::int64_t since_ms) const {
  const auto found = m_failures.find(key);
  if (found == m_failures.end() || found->second.last_ms < since_ms) return 0;
  return found->second.locked_until_ms - m_clock.now_ms();
}

std::int64_t Throttle::locked_seconds(const LoginTry& tried) {
  const std::lock_guard lock(m_mutex);
  auto longest = wait_ms(own_key(tried), tried.changed_ms);
  if (tried.device.empty())
    longest = std::max({longest, wait_ms("address " + tried.address, tried.changed_ms),
                        wait_ms("account " + tried.account, tried.changed_ms)});
  return longest <= 0 ? 0 : (longest + 999) / 1000;
}

void Throttle::count(const std::string& key, int limit, std::int64_t since_ms) {
  const auto now = m_clock.now_ms();
  auto& failures = m_failures[key];
  if (now - failures.first_ms > m_window_ms || failures.last_ms < since_ms)
    failures = {0, now, now, 0};
  failures.last_ms = now;
  if (++failures.count >= limit) failures.locked_until_ms = now + m_window_ms;
}

void Throttle::failed(const LoginTry& tried) {
  const std::lock_guard lock(m_mutex);
  if (m_failures.size() >= kMostKeys) forget_old();
  count(own_key(tried), m_attempts, tried.changed_ms);
  if (!tried.device.empty()) return;
  count("address " + tried.address, m_attempts * kAddressFactor, 0);
  count("account " + tried.account, m_attempts * kAccountFactor, tried.changed_ms);
}

void Throttle::succeeded(const LoginTry& tried) {
  const std::lock_guard lock(m_mutex);
  m_failures.erase(own_key(tried));
}

void Throttle::forget_old() {
  const auto now = m_clock.now_ms();
  for (auto each = m_failures.begin(); each != m_failures.end();)
    each = now - each->second.first_ms > m_window_ms ? m_failures.erase(each) : std::next(each);
  // still full: a flood of made-up names; locked addresses and accounts stay
  if (m_failures.size() < kMostKeys) return;
  for (auto each = m_failures.begin(); each != m_failures.end();)
    each = each->second.locked_until_ms <= now ? m_failures.erase(each) : std::next(each);
}

}  // namespace admin
