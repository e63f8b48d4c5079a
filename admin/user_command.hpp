#pragma once
// `athena-admin user`: accounts, changed while the service runs.

#include "cli/run_main.hpp"

namespace admin {

cli::Step user_command();

}  // namespace admin
