#pragma once
// Named locks on the server, one per connection that changes data. What a killed run left running
// holds them: it is found by them and ended before anything else is done.

#include <cstddef>
#include <string>

#include "core/ports.hpp"
#include "resources/mysql/connection.hpp"

namespace resources::mysql {

class ServerLocks {
 public:
  explicit ServerLocks(const std::string& environment);

  // Ends every session that holds one of these locks and waits until it is gone.
  void end_leftovers(Connection& connection, core::Context& context) const;
  // Holds lock `number` (0 is the control connection's) as long as the connection lives.
  // Throws Error(kBusy) when another session has it.
  void take(Connection& connection, std::size_t number) const;

 private:
  std::string name(std::size_t number) const;
  std::string m_prefix;
};

}  // namespace resources::mysql
