#pragma once
// What restores keep in scratch schemas beside the databases: moved back, dropped, listed.

#include <string>
#include <vector>

#include "resources/mysql/archived_mysql.hpp"
#include "resources/mysql/connection.hpp"
#include "resources/mysql/mysql_settings.hpp"

namespace resources::mysql {

// Foreign keys of what is aside to tables that stay would forbid users to change those: recorded,
// then taken off.
void free_outside_tables(Connection& connection, const MysqlSettings& settings,
                         core::Context& context, const std::vector<std::string>& databases);

// With whatever they hold, where they exist.
void drop_schemas(Connection& connection, core::Context& context,
                  const std::vector<std::string>& schemas);
// Drops those of `databases` that `wanted` does not define: their tables have been moved away.
void drop_absent_databases(Connection& connection, core::Context& context,
                           const std::vector<std::string>& databases,
                           const std::vector<Definition>& wanted);

// The last state that was live, back under its names, with its views, routines, triggers and
// events.
void move_back(const MysqlSettings& settings, core::Context& context);
// Throws where a table of somebody else refers to what is aside.
void check_aside_unused(const MysqlSettings& settings, core::Context& context);
void drop_aside(const MysqlSettings& settings, core::Context& context);
void drop_staged(const MysqlSettings& settings, core::Context& context);
// "schema eb_staged_athena_shop (12 tables)"
std::vector<std::string> list_beside(const MysqlSettings& settings, core::Context& context);

}  // namespace resources::mysql
