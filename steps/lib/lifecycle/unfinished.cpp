#include "lifecycle/unfinished.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "core/atomic_file.hpp"
#include "core/log.hpp"
#include "lifecycle/archive_folder.hpp"
#include "lifecycle/lifecycle.hpp"
#include "state/marker.hpp"

namespace lifecycle {

namespace {

// Those of `images` lie in a working copy, whose files go into archives. Behind links, as they are
// replaced there.
std::vector<std::string> image_files(const environment::Environment& environment) {
  std::vector<std::string> paths;
  for (const auto& [name, section] : environment.resources) {
    if (name != "images") continue;
    const auto compose_file = section.get_string("compose_file");
    auto env_file = section.get_string("env_file");
    if (env_file.empty()) env_file = core::folder_of(compose_file) + "/.env";
    for (const auto& path : {compose_file, env_file})
      if (!path.empty()) paths.push_back(std::filesystem::weakly_canonical(path).string());
  }
  return paths;
}

// What steps replace at once, with a temporary file beside it.
std::vector<std::string> replaced_files(const environment::Environment& environment) {
  auto paths = image_files(environment);
  paths.push_back(state::marker_path(place_of(environment)));
  if (const auto& flag = environment.maintenance.flag_file; !flag.empty()) paths.push_back(flag);
  return paths;
}

}  // namespace

std::vector<std::string> remove_unfinished(const environment::Environment& environment) {
  try {
    auto removed = remove_temporary(environment.archive_folder, environment.name);
    for (const auto& path : replaced_files(environment))
      for (auto& name : remove_temporary_beside(path)) removed.push_back(std::move(name));
    for (const auto& name : removed) core::log_info("removed unfinished file " + name);
    return removed;
  } catch (const std::exception& error) {
    core::log_warning(fmt::format("an unfinished file stays: {}", error.what()));
    return {};
  }
}

}  // namespace lifecycle
