#include "resources/deployment/git.hpp"

#include <cstdlib>
#include <regex>

#include <fmt/format.h>

#include "core/error.hpp"

namespace resources::deployment {

namespace {

constexpr int kTimeoutSeconds = 1800;  // a first fetch of a large repository

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const auto newline = text.rfind('\n');
  return newline == std::string::npos ? text : text.substr(newline + 1);
}

}  // namespace

core::Command Git::command(const std::vector<std::string>& arguments) const {
  core::Command command;
  // Another user may own the folder: the owner is trusted by environment.json, but not to have
  // code run in here.
  command.argv = {"git",
                  "-c",
                  "safe.directory=" + m_folder,
                  "-c",
                  "core.hooksPath=/dev/null",
                  "-c",
                  "core.fsmonitor=false",
                  "-c",
                  "core.quotePath=false",
                  "-c",
                  "advice.detachedHead=false",
                  "-c",
                  "gc.auto=0",
                  "-c",
                  "maintenance.auto=false",
                  "-c",
                  "protocol.ext.allow=never",
                  "-C",
                  m_folder};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.environment = {{"LC_ALL", "C"},
                         {"GIT_TERMINAL_PROMPT", "0"},
                         {"GIT_PAGER", "cat"},
                         {"GIT_OPTIONAL_LOCKS", "0"}};
  if (std::getenv("GIT_SSH_COMMAND") == nullptr)
    command.environment["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes";
  command.timeout_seconds = kTimeoutSeconds;
  return command;
}

void Git::require(const core::CommandResult& result,
                  const std::vector<std::string>& arguments) const {
  if (result.exit_code == 0) return;
  throw core::Error(core::ExitCode::kServiceError,
                    fmt::format("git {} failed in {}: {}", arguments.front(), m_folder,
                                without_credentials(last_line(result.errors))),
                    "run the same git command as the agent's user to see more");
}

core::CommandResult Git::run(const std::vector<std::string>& arguments,
                             const std::string& input) const {
  core::Command whole = command(arguments);
  whole.input = input;
  return core::run(whole, m_cancel);
}

std::string Git::raw_output(const std::vector<std::string>& arguments) const {
  core::CommandResult result = run(arguments);
  require(result, arguments);
  return std::move(result.output);
}

std::string Git::output(const std::vector<std::string>& arguments, const std::string& input) const {
  core::CommandResult result = run(arguments, input);
  require(result, arguments);
  if (!result.output.empty() && result.output.back() == '\n') result.output.pop_back();
  return std::move(result.output);
}

void Git::stream(const std::vector<std::string>& arguments,
                 const std::function<void(std::string_view)>& on_output) const {
  require(core::run_streaming(command(arguments), m_cancel, on_output), arguments);
}

bool Git::succeeds(const std::vector<std::string>& arguments) const {
  return run(arguments).exit_code == 0;
}

std::string without_credentials(const std::string& text) {
  static const std::regex with_password(R"((\w+://)[^/@\s:]*:[^/@\s]*@)");
  static const std::regex web_user(R"((https?://)[^/@\s]*@)");
  return std::regex_replace(std::regex_replace(text, with_password, "$1"), web_user, "$1");
}

}  // namespace resources::deployment
