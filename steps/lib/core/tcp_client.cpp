#include "core/tcp_client.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

namespace core {

namespace {
using SteadyClock = std::chrono::steady_clock;
}

TcpClient::TcpClient(const std::string& host, const std::string& port,
                     std::chrono::milliseconds limit, const CancelToken& cancel)
    : m_deadline(SteadyClock::now() + limit), m_cancel(cancel) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) != 0) return;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  for (const addrinfo* address = found; address != nullptr && !m_fd; address = address->ai_next)
    m_fd = connect_to(*address);
}

// False at the deadline. Sliced, so that a cancelled step does not sit here.
bool TcpClient::wait_for(int fd, short events) const {
  while (true) {
    m_cancel.check();
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(m_deadline - SteadyClock::now());
    if (left.count() <= 0) return false;
    pollfd entry{fd, events, 0};
    if (::poll(&entry, 1, static_cast<int>(std::min<long>(left.count(), 100))) > 0) return true;
  }
}

UniqueFd TcpClient::connect_to(const addrinfo& address) const {
  UniqueFd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return fd;
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return fd;
  if (errno != EINPROGRESS || !wait_for(fd.get(), POLLOUT)) return UniqueFd();
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0 ? std::move(fd) : UniqueFd();
}

bool TcpClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(m_fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN || !wait_for(m_fd.get(), POLLOUT)) {
      return false;
    }
  }
  return true;
}

std::string TcpClient::receive(std::size_t size) const {
  std::string received(size, '\0');
  std::size_t count = 0;
  while (count < size && wait_for(m_fd.get(), POLLIN)) {
    const auto got = ::recv(m_fd.get(), received.data() + count, size - count, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN)) break;
    if (got > 0) count += static_cast<std::size_t>(got);
  }
  received.resize(count);
  return received;
}

}  // namespace core
