#pragma once
// Once users are back, their DDL must not wait for the locks of a cut that is still being read, and
// their queries not behind that DDL. After ten seconds it is the cut that gives way.

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/ports.hpp"
#include "resources/mysql/connection.hpp"

namespace resources::mysql {

class LockWatch {
 public:
  // `sessions`: the ids of the connections that hold the cut. Looks every second, over a connection
  // of its own; one that cannot look any more gives the cut up as well.
  LockWatch(const MysqlSettings& settings, core::Context& context,
            std::vector<std::uint64_t> sessions);
  ~LockWatch();
  LockWatch(const LockWatch&) = delete;
  LockWatch& operator=(const LockWatch&) = delete;

  // Throws Error(kServiceError), naming who waited, when the cut was given up: its sessions are
  // ended, and its locks free.
  void check() const;

 private:
  void watch();
  void look();
  void give_up(const std::string& reason);

  const MysqlSettings& m_settings;
  const std::vector<std::uint64_t> m_sessions;
  Connection m_connection;
  std::map<std::string, int> m_looks;  // by session: how many looks in a row found it waiting
  mutable std::mutex m_mutex;
  std::condition_variable m_ended;
  bool m_end = false;
  std::string m_reason;  // why the cut was given up; empty: it was not
  std::thread m_thread;
};

}  // namespace resources::mysql
