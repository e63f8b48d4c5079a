#include "resources/mysql/stray_partitions.hpp"

#include <fmt/format.h>

#include "resources/mysql/identifier.hpp"

namespace resources::mysql {

namespace {

bool is_there(Connection& connection, const std::string& database, const std::string& table) {
  return connection
      .value(fmt::format("SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA={} AND "
                         "TABLE_NAME={}",
                         quote_text(database), quote_text(table)))
      .has_value();
}

}  // namespace

void drop_stray_partitions(Connection& connection, const std::string& database,
                           const std::string& table) {
  if (is_there(connection, database, table)) return;
  const auto strays = connection.query(
      fmt::format("SELECT SUBSTRING_INDEX(NAME, '/', -1) FROM information_schema.INNODB_SYS_TABLES "
                  "WHERE BINARY SUBSTRING_INDEX(NAME, '#P#', 1) = CONCAT(BINARY CONVERT({} USING "
                  "filename), '/', BINARY CONVERT({} USING filename)) AND NAME LIKE '%#P#%'",
                  quote_text(database), quote_text(table)),
      "cannot look for partitions without a table");
  for (const auto& stray : strays)
    connection.execute("DROP TABLE " +
                       quote_name(database, "#mysql50#" + stray.at(0).value_or("")));
}

}  // namespace resources::mysql
