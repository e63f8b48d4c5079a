#include "resources/mysql/connection_pool.hpp"

#include <chrono>

#include <fmt/format.h>

namespace resources::mysql {

void ConnectionPool::add(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(m_mutex);
  m_free.push_back(std::move(connection));
  ++m_size;
}

std::size_t ConnectionPool::size() const {
  const std::lock_guard lock(m_mutex);
  return m_size;
}

ConnectionPool::Loan ConnectionPool::borrow(const core::CancelToken& cancel) {
  std::unique_lock lock(m_mutex);
  while (m_free.empty()) {
    cancel.check();
    if (m_size == 0)
      throw core::Error(core::ExitCode::kUnreachable, "every connection to the server was lost",
                        "check that the server runs and look at its error log");
    m_returned.wait_for(lock, std::chrono::milliseconds(100));
  }
  auto connection = std::move(m_free.back());
  m_free.pop_back();
  return {*this, std::move(connection)};
}

ConnectionPool::Loan::~Loan() {
  if (!m_connection) return;
  m_connection.reset();
  const std::lock_guard lock(m_pool.m_mutex);
  --m_pool.m_size;
}

void ConnectionPool::Loan::give_back() {
  {
    const std::lock_guard lock(m_pool.m_mutex);
    m_pool.m_free.push_back(std::move(m_connection));
  }
  m_pool.m_returned.notify_one();
}

std::unique_ptr<Connection> connect_one_more(const MysqlSettings& settings, core::Context& context,
                                             std::size_t open, std::size_t wanted) {
  try {
    return std::make_unique<Connection>(settings, context.cancel, open == 0 ? 3 : 1);
  } catch (const SqlError& error) {
    // max_connections, max_user_connections, MAX_USER_CONNECTIONS of the account
    const bool limited = error.number() == 1040 || error.number() == 1203 || error.number() == 1226;
    if (!limited || open == 0) throw;
    context.progress.note(fmt::format("mysql: goes on with {} connections instead of {}: {}", open,
                                      wanted, error.what()));
    return nullptr;
  }
}

}  // namespace resources::mysql
