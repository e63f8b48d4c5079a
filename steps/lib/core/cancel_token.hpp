#pragma once
// Set once by the signal thread; every wait and loop of a step asks it. Blocking calls register
// their socket, which is shut down at cancellation (a blocking libmariadb call has no other way
// out).

#include <atomic>
#include <mutex>
#include <set>

namespace core {

class CancelToken {
 public:
  // Any thread, once or more; the first signal is kept.
  void cancel(int signal);
  bool cancelled() const { return m_signal.load(std::memory_order_relaxed) != 0; }
  // Throws Cancelled when set.
  void check() const;
  // Sleeps; throws Cancelled as soon as the token is set.
  void sleep_ms(int milliseconds) const;

  // RAII registration of a socket for the time of blocking calls on it.
  class Socket {
   public:
    Socket(CancelToken& token, int fd);
    ~Socket();
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

   private:
    CancelToken& m_token;
    int m_fd;
  };

 private:
  std::atomic<int> m_signal{0};
  std::mutex m_mutex;
  std::multiset<int> m_sockets;
};

}  // namespace core
