#include "admin/auth/throttle.hpp"

#include <algorithm>

namespace admin {

namespace {

constexpr std::size_t kMostKeys = 20000;
// One address may belong to an office, one account be tried from many: both have more room.
constexpr int kAddressFactor = 4;
constexpr int kAccountFactor = 10;

std::string pair_key(const std::string& account, const std::string& address) {
  return "pair " + address + " " + account;
}

}  // namespace

Throttle::Throttle(int attempts, std::int64_t lockout_seconds, const core::Clock& clock)
    : m_attempts(attempts), m_window_ms(lockout_seconds * 1000), m_clock(clock) {}

std::int64_t Throttle::wait_ms(const std::string& key) const {
  const auto found = m_failures.find(key);
  return found == m_failures.end() ? 0 : found->second.locked_until_ms - m_clock.now_ms();
}

std::int64_t Throttle::locked_seconds(const std::string& account, const std::string& address) {
  const std::lock_guard lock(m_mutex);
  const auto longest = std::max({wait_ms(pair_key(account, address)), wait_ms("address " + address),
                                 wait_ms("account " + account)});
  return longest <= 0 ? 0 : (longest + 999) / 1000;
}

void Throttle::count(const std::string& key, int limit) {
  const auto now = m_clock.now_ms();
  auto& failures = m_failures[key];
  if (now - failures.first_ms > m_window_ms) failures = {0, now, 0};
  if (++failures.count >= limit) failures.locked_until_ms = now + m_window_ms;
}

void Throttle::failed(const std::string& account, const std::string& address) {
  const std::lock_guard lock(m_mutex);
  if (m_failures.size() >= kMostKeys) forget_old();
  count(pair_key(account, address), m_attempts);
  count("address " + address, m_attempts * kAddressFactor);
  count("account " + account, m_attempts * kAccountFactor);
}

void Throttle::succeeded(const std::string& account, const std::string& address) {
  const std::lock_guard lock(m_mutex);
  m_failures.erase(pair_key(account, address));
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
