#include "stage/target.hpp"

#include <fmt/format.h>

#include "core/log.hpp"

namespace stage {

Target open_target(Stage& stage) {
  const auto record = stage.session().target();
  stage.result().set("backup_id", record.backup_id);
  archive::ArchiveReader reader = stage.open_archive(record);
  const auto skip = stage.session().operation().skip_resources;
  auto selection = resources::select(stage.configured(), reader.manifest(), skip);
  for (const auto& name : selection.left_alone)
    core::log_warning(
        fmt::format("{} is not in the archive {}: it is left as it is", name, record.backup_id));
  for (const auto& name : selection.skipped)
    core::log_warning(fmt::format("{} is skipped, as asked", name));
  return {std::move(reader), std::move(selection)};
}

std::vector<std::string> still_to_do(Stage& stage, const Target& target,
                                     const std::set<state::EnvironmentState>& done) {
  const auto row = stage.session().environment();
  const bool same_target = row.restoring_from == target.archive.manifest().backup_id;
  std::vector<std::string> names;
  for (const auto& name : target.selection.act_on) {
    const auto recorded = row.resources.find(name);
    if (!same_target || recorded == row.resources.end() || done.count(recorded->second) == 0)
      names.push_back(name);
  }
  return names;
}

}  // namespace stage
