#pragma once
// What a session inherits from the server and what would change what is read, written or shown: set
// on every connection, from one list.

#include "resources/mysql/connection.hpp"

namespace resources::mysql {

// The modes of every session: no strict mode, since rows were accepted once already.
inline constexpr const char* kSqlMode = "'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'";

// Settings that need a right which the account lacks keep the server's value.
void pin_session(Connection& connection);

}  // namespace resources::mysql
