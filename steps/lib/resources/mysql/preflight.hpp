#pragma once
// What can be known before anything is touched: rights, versions, server settings, and what a
// restore would take away and bring.

#include "resources/mysql/archived_mysql.hpp"
#include "resources/mysql/mysql_settings.hpp"
#include "resources/resource.hpp"

namespace resources::mysql {

PreflightReport preflight_backup(const MysqlSettings& settings, core::Context& context);
PreflightReport preflight_restore(const MysqlSettings& settings, const ArchivedMysql& archive,
                                  core::Context& context);

}  // namespace resources::mysql
