#pragma once
// Removes the databases that an archive replaces.

#include <string>
#include <vector>

#include "resources/mysql/archived_mysql.hpp"
#include "resources/mysql/connection.hpp"
#include "resources/mysql/mysql_settings.hpp"

namespace resources::mysql {

// Objects of the archived databases that the archive does not hold: they go and do not come back.
std::vector<std::string> objects_that_go(Connection& connection, const ArchivedMysql& archive,
                                         core::Context& context);
// Drops exactly the archived databases and what an interrupted restore left; returns the above.
std::vector<std::string> destroy(const MysqlSettings& settings, const ArchivedMysql& archive,
                                 core::Context& context);

}  // namespace resources::mysql
