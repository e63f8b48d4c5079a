#include "http/hosts.hpp"

namespace http {

Hosts::Hosts(std::vector<std::string> urls) {
  for (auto& url : urls) {
    while (!url.empty() && url.back() == '/') url.pop_back();
    m_hosts.push_back({std::move(url), {}});
  }
}

const std::string& Hosts::current() const {
  static const std::string none;
  return m_hosts.empty() ? none : m_hosts[m_current].url;
}

bool Hosts::move_on(Clock::time_point now) {
  if (m_hosts.empty()) return false;
  m_hosts[m_current].rests_until = now + kRest;
  std::size_t best = m_current;
  for (std::size_t step = 1; step <= m_hosts.size(); ++step) {
    const std::size_t index = (m_current + step) % m_hosts.size();
    if (m_hosts[index].rests_until <= now) {
      m_current = index;
      return true;
    }
    if (m_hosts[index].rests_until < m_hosts[best].rests_until) best = index;
  }
  m_current = best;
  return false;
}

}  // namespace http
