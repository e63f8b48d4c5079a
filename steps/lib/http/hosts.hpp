#pragma once
// The base URLs of one service. Stays with one while it works (its connection is open); one that
// failed is left alone for a while.

#include <chrono>
#include <string>
#include <vector>

namespace http {

class Hosts {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kRest{30};

  explicit Hosts(std::vector<std::string> urls);

  std::size_t size() const { return m_hosts.size(); }
  // Empty when there are none.
  const std::string& current() const;
  // Leaves the current one for the next that is not resting, else for the one that has rested
  // longest. True when the new one was not resting: no reason to wait before trying it.
  bool move_on(Clock::time_point now);

 private:
  struct Host {
    std::string url;
    Clock::time_point rests_until{};
  };
  std::vector<Host> m_hosts;
  std::size_t m_current = 0;
};

}  // namespace http
