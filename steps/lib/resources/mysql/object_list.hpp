#pragma once
// What there is in a database, by name.

#include <string>
#include <vector>

#include "resources/mysql/connection.hpp"
#include "resources/mysql/schema.hpp"

namespace resources::mysql {

// The database itself, then its objects in the order in which they can be created again. Only kind,
// names and an event's status are filled in.
std::vector<Definition> list_objects(Connection& connection, const std::string& database);

}  // namespace resources::mysql
