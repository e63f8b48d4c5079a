#pragma once
// The clients of one service for any number of threads: each request borrows one whose connection
// is open already. Any thread.

#include <memory>
#include <mutex>
#include <vector>

#include "http/client.hpp"

namespace http {

class ClientPool {
 public:
  // No connection yet. `cancel` must outlive this.
  ClientPool(ClientOptions options, const core::CancelToken& cancel)
      : m_options(std::move(options)), m_cancel(cancel) {}

  // See Client::send(). A client whose request throws is not used again.
  Response send(const Request& request);
  // The same with these credentials instead of those of the options.
  Response send(const Request& request, const Authentication& authentication);

  const ClientOptions& options() const { return m_options; }
  const core::CancelToken& cancel() const { return m_cancel; }

 private:
  std::unique_ptr<Client> borrow();
  void give_back(std::unique_ptr<Client> client);

  const ClientOptions m_options;
  const core::CancelToken& m_cancel;
  std::mutex m_mutex;
  std::vector<std::unique_ptr<Client>> m_idle;
};

}  // namespace http
