#include "core/cancel_token.hpp"

#include <algorithm>

#include <poll.h>
#include <sys/socket.h>

#include "core/error.hpp"

namespace core {

void CancelToken::cancel(int signal) {
  int none = 0;
  m_signal.compare_exchange_strong(none, signal);
  const std::lock_guard lock(m_mutex);
  for (const int fd : m_sockets) ::shutdown(fd, SHUT_RDWR);
}

void CancelToken::check() const {
  if (const int signal = m_signal.load(); signal != 0) throw Cancelled(signal);
}

void CancelToken::sleep_ms(int milliseconds) const {
  constexpr int kSlice = 50;
  for (int left = milliseconds; left > 0; left -= kSlice) {
    check();
    ::poll(nullptr, 0, std::min(left, kSlice));
  }
  check();
}

CancelToken::Socket::Socket(CancelToken& token, int fd) : m_token(token), m_fd(fd) {
  const std::lock_guard lock(m_token.m_mutex);
  m_token.m_sockets.insert(fd);
  if (m_token.cancelled()) ::shutdown(fd, SHUT_RDWR);
}

CancelToken::Socket::~Socket() {
  const std::lock_guard lock(m_token.m_mutex);
  m_token.m_sockets.erase(m_token.m_sockets.find(m_fd));
}

}  // namespace core
