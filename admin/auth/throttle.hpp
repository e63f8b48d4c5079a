#pragma once
// Counts failed logins by key and locks a key once it has too many within the lockout time. A
// device that the account signed in from before has a key of its own, so that strangers cannot lock
// its owner out; all others count as an account from an address, an address, and an account. In
// memory, bounded. Any thread.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "core/clock.hpp"

namespace admin {

struct LoginTry {
  std::string account;
  std::string address;
  std::string device;           // of KnownDevices; empty: a stranger
  std::int64_t changed_ms = 0;  // when the account's password was set: what was before is forgotten
};

class Throttle {
 public:
  Throttle(int attempts, std::int64_t lockout_seconds, const core::Clock& clock);

  // Seconds until this one may try again; 0: now.
  std::int64_t locked_seconds(const LoginTry& tried);
  void failed(const LoginTry& tried);
  // Forgets the failures of this account from this address or device.
  void succeeded(const LoginTry& tried);

 private:
  struct Failures {
    int count = 0;
    std::int64_t first_ms = 0;  // of this window
    std::int64_t last_ms = 0;
    std::int64_t locked_until_ms = 0;
  };
  void count(const std::string& key, int limit, std::int64_t since_ms);
  std::int64_t wait_ms(const std::string& key, std::int64_t since_ms) const;
  void forget_old();

  int m_attempts;
  std::int64_t m_window_ms;
  const core::Clock& m_clock;
  std::mutex m_mutex;
  std::map<std::string, Failures> m_failures;
};

}  // namespace admin
