#pragma once
// A plain TCP connection for a few bytes: it gives up at its deadline, and throws Cancelled as soon
// as the token is set.

#include <chrono>
#include <string>
#include <string_view>

#include "core/cancel_token.hpp"
#include "core/unique_fd.hpp"

struct addrinfo;

namespace core {

class TcpClient {
 public:
  // Tries every address of `host` (a name, IPv4 or IPv6). `port` is a number.
  TcpClient(const std::string& host, const std::string& port, std::chrono::milliseconds limit,
            const CancelToken& cancel);

  bool connected() const { return static_cast<bool>(m_fd); }
  // False when not all of it could be sent.
  bool send(std::string_view bytes) const;
  // `size` bytes; fewer when the line ends or the time is up.
  std::string receive(std::size_t size) const;

 private:
  UniqueFd connect_to(const addrinfo& address) const;
  bool wait_for(int fd, short events) const;

  std::chrono::steady_clock::time_point m_deadline;
  const CancelToken& m_cancel;
  UniqueFd m_fd;
};

}  // namespace core
