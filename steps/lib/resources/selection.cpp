#include "resources/selection.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"

namespace resources {

namespace {

bool holds(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool has(const archive::Manifest& manifest, const std::string& name) {
  const auto* entry = manifest.resource(name);
  return entry != nullptr && !entry->absent;
}

void refuse_unknown(const std::vector<std::string>& configured, const archive::Manifest& manifest,
                    const std::vector<std::string>& skip) {
  for (const auto& name : skip)
    if (manifest.resource(name) == nullptr && !holds(configured, name))
      throw core::Error(core::ExitCode::kUsage,
                        fmt::format("the archive {} holds no resource '{}' that could be skipped",
                                    manifest.backup_id, name),
                        "correct SkipResources");
}

}  // namespace

Selection select(const std::vector<std::string>& configured, const archive::Manifest& manifest,
                 const std::vector<std::string>& skip) {
  refuse_unknown(configured, manifest, skip);
  Selection selection;
  for (const auto& name : configured) {
    if (holds(skip, name)) continue;
    (has(manifest, name) ? selection.act_on : selection.left_alone).push_back(name);
  }
  for (const auto& entry : manifest.resources) {
    if (entry.absent) continue;
    if (holds(skip, entry.name))
      selection.skipped.push_back(entry.name);
    else if (!holds(configured, entry.name))
      throw core::Error(
          core::ExitCode::kConfiguration,
          fmt::format("the archive {} holds '{}', which is not configured in this environment",
                      manifest.backup_id, entry.name),
          "configure it in environment.json, or name it in SkipResources to leave it out");
  }
  return selection;
}

}  // namespace resources
