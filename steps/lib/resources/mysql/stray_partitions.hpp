#pragma once
// A MariaDB that dies while it creates or drops a partitioned table keeps partitions of no table:
// no DROP of the table finds them, and they stand in the way of a new one of that name.

#include <string>

#include "resources/mysql/connection.hpp"

namespace resources::mysql {

// The server's number for "table already exists", also where it is only such partitions.
inline constexpr unsigned kTableExists = 1050;

// Nothing where the table is there: then they are its own.
void drop_stray_partitions(Connection& connection, const std::string& database,
                           const std::string& table);

}  // namespace resources::mysql
