#pragma once
// The one RENAME that moves tables out and in. The server does all of it or nothing.

#include <string>
#include <vector>

#include "core/ports.hpp"
#include "resources/mysql/connection.hpp"
#include "resources/mysql/mysql_settings.hpp"
#include "resources/mysql/staging_plan.hpp"

namespace resources::mysql {

// Base tables and sequences of a schema; empty for one that does not exist.
std::vector<std::string> tables_in(Connection& connection, const std::string& schema);
bool any_table_in(Connection& connection, const std::vector<std::string>& schemas);

// Sessions that hold a lock a move waits for: "session 12 of app@10.0.0.5, idle for 340 s".
std::string sessions_in_the_way(Connection& connection);

// Waits ten seconds for each lock; then throws Error(kPrecondition) that names the sessions in the
// way, and nothing is moved.
void wait_briefly_for_locks(Connection& connection);
[[noreturn]] void refuse_locked(Connection& connection, const std::string& doing);

// A schema with the charset and collation of `like`, where it does not exist yet.
void create_schema_like(Connection& connection, const std::string& schema, const std::string& like);

// Live data aside, staged data in, for all databases at once. Where something is aside already it
// is the last state that was live: what stands under the live names is discarded instead.
void move_in(Connection& connection, core::Context& context, const MysqlSettings& settings,
             const std::vector<std::string>& databases, const InPlaceTables& in_place);
// What is aside comes back under the live names; what stood there is discarded.
void move_out(Connection& connection, core::Context& context, const MysqlSettings& settings,
              const std::vector<std::string>& databases, const InPlaceTables& in_place);

}  // namespace resources::mysql
