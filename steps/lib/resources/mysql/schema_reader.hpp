#pragma once
// Reads the definitions of whole databases from the server.

#include <string>
#include <vector>

#include "resources/mysql/connection.hpp"
#include "resources/mysql/schema.hpp"

namespace resources::mysql {

// The databases that exist among these, in the order given.
std::vector<std::string> existing_databases(Connection& connection,
                                            const std::vector<std::string>& databases);

// Everything in these databases, but triggers by their names only. Throws Error(kServiceError) for
// an object whose definition the account may not see, with the GRANT that shows it.
Schema read_schemas(Connection& connection, const std::vector<std::string>& databases);
// The rest. Apart, because MySQL refuses it to a session that holds the global read lock.
void read_triggers(Connection& connection, Schema& schema);

// Why a view cannot be read, in the server's words; empty when it can.
std::string why_broken(Connection& connection, const std::string& database,
                       const std::string& view);

// SHOW CREATE of one table as it stands now.
std::string show_create_table(Connection& connection, const std::string& database,
                              const std::string& table);

}  // namespace resources::mysql
