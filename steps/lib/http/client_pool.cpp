#include "http/client_pool.hpp"

namespace http {

std::unique_ptr<Client> ClientPool::borrow() {
  const std::lock_guard lock(m_mutex);
  if (m_idle.empty()) return std::make_unique<Client>(m_options, m_cancel);
  auto client = std::move(m_idle.back());
  m_idle.pop_back();
  return client;
}

void ClientPool::give_back(std::unique_ptr<Client> client) {
  const std::lock_guard lock(m_mutex);
  m_idle.push_back(std::move(client));
}

Response ClientPool::send(const Request& request) {
  return send(request, m_options.authentication);
}

Response ClientPool::send(const Request& request, const Authentication& authentication) {
  auto client = borrow();
  client->set_authentication(authentication);
  auto response = client->send(request);
  give_back(std::move(client));
  return response;
}

}  // namespace http
