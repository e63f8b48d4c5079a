#pragma once
// What a server or the client library answered, as the project's exit codes.

#include <string>

#include "core/error.hpp"

namespace resources::mysql {

class SqlError : public core::Error {
 public:
  SqlError(core::ExitCode code, unsigned number, const std::string& message, std::string hint)
      : core::Error(code, message, std::move(hint)), m_number(number) {}
  // The server's error number (1146, 1213 ...) or the client's (2002 ...).
  unsigned number() const { return m_number; }

 private:
  unsigned m_number;
};

// Credentials, lost or unreachable server, missing right, full disk: each with its own code and a
// hint. `doing` is what was tried: "cannot read athena-server.trial".
SqlError make_sql_error(unsigned number, const std::string& text, const std::string& doing,
                        const std::string& server);

}  // namespace resources::mysql
