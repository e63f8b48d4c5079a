#pragma once
// One consistent view of several databases over several connections: a brief global read lock,
// under which all definitions are read and every connection opens its snapshot.

#include <functional>
#include <memory>

#include "core/ports.hpp"
#include "resources/mysql/connection_pool.hpp"
#include "resources/mysql/lock_watch.hpp"
#include "resources/mysql/mysql_settings.hpp"
#include "resources/mysql/schema.hpp"

namespace resources::mysql {

class Cut {
 public:
  // `while_locked` runs while nobody can write: the place to copy what has no transactions.
  Cut(const MysqlSettings& settings, core::Context& context,
      const std::function<void(Connection&, const Schema&)>& while_locked);

  const Schema& schema() const { return m_schema; }
  // Connections whose transactions see the cut.
  ConnectionPool& readers() { return m_readers; }
  // Runs what reads the cut. A cut that was given up meanwhile is what went wrong, whatever the
  // readers say about it.
  void guarded(const std::function<void()>& read) const;

 private:
  // Waits 10 s for each attempt; then Error(kServiceError) names the session that is in the way.
  void lock(Connection& connection, const std::string& statement, core::Context& context,
            int attempts) const;
  void keep_ddl_out(Connection& guard, core::Context& context, int attempts) const;
  // Every reader has every table open in its transaction: an ALTER that comes later waits for it,
  // and the reader never waits behind the ALTER.
  void touch_tables(Connection& reader) const;

  std::unique_ptr<Connection> m_guard;  // holds MySQL's lock against DDL, where granted
  ConnectionPool m_readers;
  Schema m_schema;
  std::unique_ptr<LockWatch> m_watch;  // where users work while the cut is read
};

}  // namespace resources::mysql
