#include "lifecycle/beside.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "core/subprocess.hpp"
#include "state/operations/status.hpp"

namespace lifecycle {

namespace {

constexpr int kTimeoutSeconds = 900;

bool is_due(const Scene& scene) {
  const state::StateFile file(place_of(scene.environment), state::OpenMode::kExisting, scene.clock);
  const auto status = state::read_status(file);
  const bool restoring = status.last && status.last->outcome == state::Outcome::kRunning &&
                         status.last->kind == state::Kind::kRestore;
  return !status.beside.empty() && !status.environment.closed() && !restoring;
}

void run_sweep(const Scene& scene) {
  core::Command command;
  command.argv = {
      (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "sweep").string(),
      "--environment-file", scene.environment.source};
  command.environment["STEP_RESULT"] = "";  // that file is this step's
  command.timeout_seconds = kTimeoutSeconds;
  const auto result = core::run(command, scene.cancel);
  if (result.exit_code != 0)
    core::log_warning(fmt::format(
        "what the restore left beside the live data is not all removed yet: {}", result.errors));
}

}  // namespace

void sweep_beside(const Scene& scene) noexcept {
  try {
    if (is_due(scene)) run_sweep(scene);
  } catch (const std::exception& error) {
    core::log_warning(
        fmt::format("what stands beside the live data could not be removed: {}", error.what()));
  }
}

}  // namespace lifecycle
