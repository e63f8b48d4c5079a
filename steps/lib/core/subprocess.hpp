#pragma once
// Runs a program from an argv array: no shell, no inherited descriptors but 0-2, own process group.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/cancel_token.hpp"
#include "core/exit_code.hpp"

namespace core {

struct Command {
  std::vector<std::string> argv;                   // argv[0] is looked up in PATH
  std::map<std::string, std::string> environment;  // added to the step's own
  std::string folder;                              // working directory; empty: the step's own
  std::string input;                               // standard input
  int timeout_seconds = 300;
  std::size_t output_limit = std::size_t{64} << 20;  // of stdout; stderr keeps its last 64 KiB
};

struct CommandResult {
  int exit_code = 0;  // 128+n when ended by signal n
  std::string output;
  std::string errors;
};

// Any exit code is a result. Throws Error(kConfiguration) when the program cannot be started,
// Error(kServiceError) at the time-out or output limit (the group is ended first), Cancelled.
CommandResult run(const Command& command, const CancelToken& cancel);

// The same, but an exit code other than 0 throws Error(`code`) with the last line of stderr.
CommandResult run_checked(const Command& command, const CancelToken& cancel, ExitCode code);

// Streams stdout in pieces to `on_output` instead of keeping it (output_limit does not apply).
CommandResult run_streaming(const Command& command, const CancelToken& cancel,
                            const std::function<void(std::string_view)>& on_output);

}  // namespace core
