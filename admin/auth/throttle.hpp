#pragma once
// Counts failed logins by key (an account from an address, an address, an account) and locks a key
// once it has too many within the lockout time. In memory, bounded. Any thread.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "core/clock.hpp"

namespace admin {

class Throttle {
 public:
  Throttle(int attempts, std::int64_t lockout_seconds, const core::Clock& clock);

  // Seconds until this account may be tried again from this address; 0: now.
  std::int64_t locked_seconds(const std::string& account, const std::string& address);
  void failed(const std::string& account, const std::string& address);
  // Forgets the failures of this account from this address.
  void succeeded(const std::string& account, const std::string& address);

 private:
  struct Failures {
    int count = 0;
    std::int64_t first_ms = 0;  // of this window
    std::int64_t locked_until_ms = 0;
  };
  void count(const std::string& key, int limit);
  std::int64_t wait_ms(const std::string& key) const;
  void forget_old();

  int m_attempts;
  std::int64_t m_window_ms;
  const core::Clock& m_clock;
  std::mutex m_mutex;
  std::map<std::string, Failures> m_failures;
};

}  // namespace admin
