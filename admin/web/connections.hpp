#pragma once
// The sockets of the service. One thread waits for all of them, so that a visitor who sends or
// reads slowly holds no worker; a worker sees whole requests only, and /health has a worker of its
// own.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "core/cancel_token.hpp"

namespace admin {

struct ConnectionLimits {
  int workers = 8;
  std::size_t most = 1024;   // open at once; the next ones wait in the kernel
  int request_seconds = 10;  // from the connection to the last byte of its request
  int answer_seconds = 20;   // from the first to the last byte of its answer
  std::size_t head_bytes = 32 * 1024;
  std::size_t body_bytes = 64 * 1024;
};

class Connections {
 public:
  // From the bytes of a whole request, and the address of the peer, to the bytes of its answer.
  // Called by several threads; must not throw.
  using Handler = std::function<std::string(const std::string& request, const std::string& peer)>;

  // Binds at once. Port 0 takes a free one. Throws Error(kConfiguration) when it cannot.
  Connections(const std::string& address, int port, ConnectionLimits limits, Handler handler);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  int port() const;
  // Serves until the token is set; one request a connection.
  void run(const core::CancelToken& cancel);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

// How many bytes of `received` are one whole request: 0: not whole yet; npos: it never will be one
// that this service takes (a head or body that is too long, a length that is none, a transfer
// coding).
std::size_t whole_request(const std::string& received, const ConnectionLimits& limits);

}  // namespace admin
