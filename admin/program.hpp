#pragma once
// The command line: `athena-admin serve` and `athena-admin user
// add|passwd|role|list|disable|enable`.

namespace admin {

int run(int argc, char** argv);

}  // namespace admin
