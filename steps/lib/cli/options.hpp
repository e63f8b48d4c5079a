#pragma once
// Turns argv and the environment into Options. The only user of Boost.Program_options is the .cpp.

#include <string>
#include <vector>

#include "cli/run_main.hpp"

namespace cli {

// Every option of the step, the common ones first.
std::vector<Option> all_options(const Step& step);
// argv wins over the environment, the environment over the fallback. Throws Error(kUsage).
Options parse_options(const Step& step, int argc, char** argv);
// The text of --help: usage, options with their variables, exit codes.
std::string help_text(const Step& step);

}  // namespace cli
