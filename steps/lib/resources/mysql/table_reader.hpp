#pragma once
// Columns, keys and estimates of a database's tables, from information_schema.

#include <string>
#include <vector>

#include "resources/mysql/connection.hpp"
#include "resources/mysql/schema.hpp"

namespace resources::mysql {

// Base tables only, each with columns, primary key and estimates; largest first.
std::vector<Table> read_tables(Connection& connection, const std::string& database);

// Throws Error(kPrecondition) for a column whose name the server takes for all columns.
void check_names(const Connection& connection, const Table& table);

// MERGE, FEDERATED, BLACKHOLE: their rows, if any, belong to someone else.
bool holds_rows(const Table& table);

}  // namespace resources::mysql
