#include "acting/target.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"

namespace acting {

namespace {

std::vector<std::string> names_of(const std::map<std::string, std::string>& reasons) {
  std::vector<std::string> names;
  for (const auto& [name, reason] : reasons) names.push_back(name);
  return names;
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What only the target archive holds says nothing of the safety archive that a roll-back goes to; a
// misspelt name was refused before anything was destroyed.
std::vector<std::string> to_skip(Frame& frame, const archive::Manifest& manifest) {
  const auto operation = frame.session().operation();
  auto names = names_of(operation.skip_resources);
  if (operation.rolling_back)
    std::erase_if(names, [&](const std::string& name) {
      return manifest.resource(name) == nullptr && !holds(frame.configured(), name);
    });
  return names;
}

// A roll-back goes to an archive that may lack what AllowMissing named: it was lost before.
std::vector<std::string> excepted(const state::Operation& operation, const Target& target) {
  auto names = names_of(operation.skip_resources);
  if (!operation.rolling_back) return names;
  for (const auto& entry : target.archive.manifest().resources)
    if (entry.absent) names.push_back(entry.name);
  return names;
}

void refuse_ruins(Frame& frame, const Target& target) {
  const auto found = ruins_left(frame.session().environment().resources, target.selection,
                                excepted(frame.session().operation(), target),
                                target.archive.manifest().backup_id);
  if (!found.empty())
    throw core::Error(found.front().code, found.front().message, found.front().hint);
}

}  // namespace

std::vector<resources::Finding> ruins_left(
    const std::map<std::string, state::EnvironmentState>& recorded,
    const resources::Selection& selection, const std::vector<std::string>& excepted,
    const std::string& backup_id) {
  std::vector<resources::Finding> found;
  for (const auto& [name, state] : recorded) {
    if (state == state::EnvironmentState::kLive || holds(selection.act_on, name)) continue;
    if (holds(excepted, name))
      core::log_warning(fmt::format("{} stays {}, as asked", name, to_text(state)));
    else
      found.push_back(
          {core::ExitCode::kPrecondition,
           fmt::format("{} is {} by an interrupted restore, and archive {} does not bring it back",
                       name, to_text(state), backup_id),
           fmt::format("restore an archive that holds it, or name it in SkipResources "
                       "(`{}: reason`) to leave it as it is",
                       name),
           true});
  }
  return found;
}

Target open_target(Frame& frame) {
  const auto record = frame.session().target();
  frame.result().set("backup_id", record.backup_id);
  archive::ArchiveReader reader = frame.open_archive(record);
  auto selection =
      resources::select(frame.configured(), reader.manifest(), to_skip(frame, reader.manifest()));
  for (const auto& name : selection.left_alone)
    core::log_warning(
        fmt::format("{} is not in the archive {}: it is left as it is", name, record.backup_id));
  for (const auto& name : selection.skipped)
    core::log_warning(fmt::format("{} is skipped, as asked", name));
  Target target{std::move(reader), std::move(selection)};
  refuse_ruins(frame, target);
  return target;
}

std::vector<std::string> still_to_do(Frame& frame, const Target& target,
                                     const std::set<state::EnvironmentState>& done) {
  const auto row = frame.session().environment();
  const bool same_target = row.restoring_from == target.archive.manifest().backup_id;
  std::vector<std::string> names;
  for (const auto& name : target.selection.act_on) {
    const auto recorded = row.resources.find(name);
    if (!same_target || recorded == row.resources.end() || done.count(recorded->second) == 0)
      names.push_back(name);
  }
  return names;
}

}  // namespace acting
