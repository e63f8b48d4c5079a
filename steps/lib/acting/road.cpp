#include "acting/road.hpp"

namespace acting {

namespace {

core::Beside beside(Frame& frame, const std::string& name) {
  return frame.context().moves.beside(name);
}

}  // namespace

Road road_of(Frame& frame, const Target& target, const std::string& name) {
  const auto& wanted = target.archive.manifest().backup_id;
  const auto found = beside(frame, name);
  if (found.aside_archive == wanted) return Road::kMoveBack;
  if (found.staged_archive == wanted && found.staged_proved) return Road::kMove;
  return Road::kInPlace;
}

std::vector<std::string> moved_back_to(Frame& frame, const Target& target) {
  std::vector<std::string> names;
  for (const auto& name : frame.configured())
    if (beside(frame, name).aside_archive == target.archive.manifest().backup_id)
      names.push_back(name);
  return names;
}

bool is_untouched(Frame& frame, const std::string& name) {
  const auto row = frame.session().environment();
  const auto recorded = row.resources.find(name);
  const bool live =
      recorded == row.resources.end() || recorded->second == state::EnvironmentState::kLive;
  return live && beside(frame, name).aside_archive.empty();
}

}  // namespace acting
