#include "catalogue/rebuild.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "archive/sidecar.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "core/subprocess.hpp"
#include "lifecycle/archive_folder.hpp"
#include "lifecycle/archive_row.hpp"
#include "lifecycle/lifecycle.hpp"
#include "state/catalogue/catalogue.hpp"
#include "state/catalogue/upkeep.hpp"
#include "state/operations/status.hpp"

namespace catalogue {

namespace {

namespace fs = std::filesystem;

constexpr int kReadArchiveSeconds = 3600;

bool fits(const archive::Sidecar& sidecar, const std::string& path) {
  return sidecar.size_bytes == fs::file_size(path);
}

// `verify` links what reads archives; this step starts at once and links none of it.
void copy_manifest(const std::string& id, cli::Call& call,
                   const environment::Environment& environment) {
  core::Command command;
  command.argv = {fs::read_symlink("/proc/self/exe").replace_filename("verify").string(),
                  "--copy-manifest",
                  "--archive",
                  id,
                  "--environment-file",
                  environment.source,
                  "--quiet"};
  command.environment["STEP_RESULT"] = "";
  command.timeout_seconds = kReadArchiveSeconds;
  core::run_checked(command, call.cancel, core::ExitCode::kIntegrity);
}

archive::Sidecar describe(const std::string& id, cli::Call& call,
                          const environment::Environment& environment) {
  const auto& folder = environment.archive_folder;
  try {
    auto sidecar = archive::read_sidecar(folder, id);
    if (fits(sidecar, environment.archive_path(id))) return sidecar;
  } catch (const core::Error& error) {
    core::log_info(fmt::format("{}: asking the archive itself", error.what()));
  }
  copy_manifest(id, call, environment);
  return archive::read_sidecar(folder, id);
}

std::vector<state::ArchiveRecord> read_folder(const state::StateFile& file, cli::Call& call,
                                              const environment::Environment& environment) {
  std::vector<state::ArchiveRecord> found;
  json::Value unreadable = json::Value::object();
  for (const auto& id : lifecycle::find_strays(environment, file, false, {}).orphans) {
    call.cancel.check();
    try {
      const auto sidecar = describe(id, call, environment);
      found.push_back(
          lifecycle::archive_row(sidecar.manifest, sidecar.manifest_sha256, sidecar.size_bytes));
      found.back().pinned = sidecar.pin;
    } catch (const core::Error& error) {
      core::log_warning(fmt::format("{}.tar is left out: {}", id, error.what()));
      unreadable.set(id, error.what());
    }
  }
  call.result.set("left_out", std::move(unreadable));
  return found;
}

void refuse_missing_folder(const environment::Environment& environment) {
  if (fs::is_directory(environment.archive_folder)) return;
  throw core::Error(
      core::ExitCode::kStorage,
      fmt::format("the archive folder {} is missing", environment.archive_folder),
      "put it back from the server's disk backup, or correct archive_folder in environment.json");
}

}  // namespace

void rebuild(cli::Call& call, const environment::Environment& environment) {
  refuse_missing_folder(environment);
  fs::create_directories(environment.state_folder);
  state::StateFile file(lifecycle::place_of(environment), state::OpenMode::kRebuild);
  file.check_pages();
  const auto added =
      state::take_in(file, read_folder(file, call, environment), call.options.get("requested-by"));
  json::Value list = json::Value::array();
  for (const auto& id : added) list.push_back(id);
  call.result.set("added", std::move(list));
  core::log_info(
      fmt::format("{} archives of {} are in the catalogue now; run `verify --all`, then "
                  "`catalogue confirm`",
                  added.size(), environment.archive_folder));
  const auto row = state::read_status(file).environment;
  if (row.closed()) core::log_warning(state::way_out(row));
}

}  // namespace catalogue
