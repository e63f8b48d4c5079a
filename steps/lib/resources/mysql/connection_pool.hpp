#pragma once
// A few connections that the workers of one stage share.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "core/ports.hpp"
#include "resources/mysql/connection.hpp"

namespace resources::mysql {

class ConnectionPool {
 public:
  void add(std::unique_ptr<Connection> connection);
  std::size_t size() const;

  // Belongs to one worker until it is given back. Not given back - something failed - it is closed:
  // the server then rolls back what it had begun.
  class Loan {
   public:
    Loan(ConnectionPool& pool, std::unique_ptr<Connection> connection)
        : m_pool(pool), m_connection(std::move(connection)) {}
    ~Loan();
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Connection& operator*() const { return *m_connection; }
    Connection* operator->() const { return m_connection.get(); }
    void give_back();

   private:
    ConnectionPool& m_pool;
    std::unique_ptr<Connection> m_connection;
  };

  // Waits for a free connection; throws Cancelled, or Error(kUnreachable) when all were lost.
  Loan borrow(const core::CancelToken& cancel);

 private:
  mutable std::mutex m_mutex;
  std::condition_variable m_returned;
  std::vector<std::unique_ptr<Connection>> m_free;
  std::size_t m_size = 0;
};

// One more connection besides `open` others of this work, of `wanted`. Null, with a note, where the
// server gives no more of them and there is one already.
std::unique_ptr<Connection> connect_one_more(const MysqlSettings& settings, core::Context& context,
                                             std::size_t open, std::size_t wanted);

}  // namespace resources::mysql
