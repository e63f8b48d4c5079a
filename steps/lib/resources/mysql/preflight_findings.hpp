#pragma once
// The single checks of preflight; each adds what it finds.

#include <string>
#include <vector>

#include "resources/mysql/archived_mysql.hpp"
#include "resources/mysql/connection.hpp"
#include "resources/mysql/mysql_settings.hpp"
#include "resources/resource.hpp"

namespace resources::mysql {

using Findings = std::vector<Finding>;

// Rights. A missing one hides objects silently, so each is asked for by name.
void check_backup_grants(Connection& connection, const MysqlSettings& settings, Findings& findings);
void check_restore_grants(Connection& connection, const MysqlSettings& settings,
                          const ArchivedMysql& archive, core::Context& context, Findings& findings);

// MySQL 8.0 or newer, MariaDB 10.5 or newer.
void check_version(Connection& connection, Findings& findings);
// An archive of the other engine, or of a newer one, is refused.
void check_version_fits(Connection& connection, const ArchivedMysql& archive, Findings& findings);
// local_infile, max_allowed_packet, binary log.
void check_server_settings(Connection& connection, const MysqlSettings& settings,
                           const ArchivedMysql& archive, core::Context& context,
                           Findings& findings);
void check_disk_space(Connection& connection, const MysqlSettings& settings,
                      const ArchivedMysql& archive, Findings& findings);
// A column name that this server cannot read.
void check_columns(Connection& connection, const Table& table, Findings& findings);
void check_history(Connection& connection, const Table& table, Findings& findings);
void check_encryption(Connection& connection, const MysqlSettings& settings, Findings& findings);

// Broken views, tables without transactions, missing definers of one database.
void check_objects(Connection& connection, const MysqlSettings& settings,
                   const std::string& database, Findings& findings);

}  // namespace resources::mysql
