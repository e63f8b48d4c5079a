#pragma once
// The HTTP server. The only user of the HTTP library is the .cpp.

#include <functional>
#include <memory>
#include <string>

#include "admin/web/exchange.hpp"
#include "core/cancel_token.hpp"

namespace admin {

class Server {
 public:
  using Handler = std::function<Answer(const Ask&)>;

  // Binds at once. Port 0 takes a free one. Throws Error(kConfiguration) when it cannot.
  Server(const std::string& address, int port, Handler handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;
  // Serves until the token is set.
  void run(const core::CancelToken& cancel);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace admin
