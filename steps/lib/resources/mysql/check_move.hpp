#pragma once
// Right before the move, users out: is live still what the safety archive holds, and would the move
// go through?

#include <map>
#include <string>

#include "resources/mysql/archived_mysql.hpp"
#include "resources/mysql/connection.hpp"
#include "resources/mysql/mysql_settings.hpp"

namespace resources::mysql {

// Throws Error(kPrecondition) when a table is locked by another session, has other rows than the
// safety archive (an application still writes), or cannot be moved any more. Records how many rows
// each table has. `safety`: null when there is none.
void check_move(const MysqlSettings& settings, const ArchivedMysql& target,
                const ArchivedMysql* safety, core::Context& context);

// Rows of each live table as check_move() found them: "db.t" -> rows.
std::map<std::string, std::uint64_t> recorded_rows(core::Context& context);
// Once moved: throws Error(kPrecondition) when a row was written between check_move() and the move;
// it is aside then, and stays there.
void check_aside(Connection& connection, const MysqlSettings& settings, core::Context& context);

}  // namespace resources::mysql
