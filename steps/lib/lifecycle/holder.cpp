#include "lifecycle/holder.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "core/subprocess.hpp"
#include "state/operations/rows.hpp"

namespace lifecycle {

namespace {

constexpr int kLongestSeconds = 45;

core::Command command(const environment::Environment& environment, const std::string& build_url) {
  core::Command command;
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  command.argv = {std::filesystem::path(self).replace_filename("holder").string(),
                  "--environment-file",
                  environment.source,
                  "--build-url",
                  build_url,
                  "--quiet"};
  command.environment["STEP_RESULT"] = "";
  command.timeout_seconds = kLongestSeconds;
  return command;
}

std::optional<bool> meaning(const core::CommandResult& result) {
  if (result.exit_code == 0 && result.output == "ended\n") return true;
  if (result.exit_code == 0 && result.output == "running\n") return false;
  core::log_warning("Jenkins could not be asked about the build: " + result.errors);
  return std::nullopt;
}

}  // namespace

state::BuildEnded ask_jenkins(const environment::Environment& environment,
                              const core::CancelToken& cancel) {
  if (environment.jenkins.url.empty()) return {};
  return [&](const std::string& build_url) -> std::optional<bool> {
    try {
      return meaning(core::run(command(environment, build_url), cancel));
    } catch (const core::Error& error) {
      core::log_warning(
          fmt::format("Jenkins could not be asked about the build: {}", error.what()));
      return std::nullopt;
    }
  };
}

state::BuildEnded asked_before(const state::StateFile& file, const state::BuildEnded& ask) {
  std::optional<state::Operation> running;
  if (ask) file.read([&](SQLite::Database& db) { running = state::load_running(db); });
  if (!running || running->build_url.empty() || !state::lease_has_passed(*running, file.clock()) ||
      state::step_is_running(file.step_lock_path()))
    return {};
  return [url = running->build_url,
          answer = ask(running->build_url)](const std::string& build_url) -> std::optional<bool> {
    return build_url == url ? answer : std::nullopt;
  };
}

}  // namespace lifecycle
