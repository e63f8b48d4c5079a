#pragma once
// The end of a proved restore on the server.

#include "core/ports.hpp"
#include "resources/mysql/mysql_settings.hpp"

namespace resources::mysql {

// Gives every restored event the status that it had, then drops the scratch schema. Idempotent.
void clean_up(const MysqlSettings& settings, core::Context& context);

}  // namespace resources::mysql
