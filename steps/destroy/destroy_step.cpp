#include "destroy/destroy_step.hpp"

#include <fmt/format.h>

#include "acting/road.hpp"
#include "acting/site.hpp"
#include "core/log.hpp"

namespace destroy {

namespace {

using acting::Frame;
using acting::Road;
using acting::Target;
using state::EnvironmentState;

constexpr const char* kNoSafety = "none";

// Everything is asked before anything is changed: a refusal here finds the environment live.
void check_moves(Frame& frame, const Target& target, const std::vector<std::string>& names) {
  const auto record = frame.session().safety();
  std::optional<archive::ArchiveReader> safety;
  if (record) safety.emplace(frame.open_archive(*record));
  for (const auto& name : names)
    if (acting::road_of(frame, target, name) == Road::kMove && acting::is_untouched(frame, name))
      frame.resource(name).check_move(target.archive, safety ? &*safety : nullptr, frame.context());
}

void record_aside(Frame& frame, const std::string& name) {
  auto beside = frame.context().moves.beside(name);
  if (!beside.aside_archive.empty()) return;
  const auto safety = frame.session().safety();
  beside.aside_archive = safety ? safety->backup_id : kNoSafety;
  beside.aside_droppable = false;
  frame.context().moves.set_beside(name, beside);
}

void destroy_one(Frame& frame, const Target& target, const std::string& name) {
  const Road road = acting::road_of(frame, target, name);
  if (road == Road::kMove) record_aside(frame, name);
  frame.session().set_state(EnvironmentState::kDestroying, {name});
  if (road == Road::kMoveBack) return;
  core::log_info(road == Road::kMove
                     ? fmt::format("{}: making the live data ready to be moved aside", name)
                     : fmt::format("{}: removing the live data that the archive replaces", name));
  const auto gone = frame.resource(name).destroy(target.archive, frame.context());
  for (const auto& object : gone)
    core::log_warning(
        fmt::format("{}: {} was removed; this restore does not bring it back", name, object));
}

// A roll-back leaves alone what the restore had not reached.
std::vector<std::string> to_do(Frame& frame, const Target& target, bool rollback) {
  auto names = acting::still_to_do(
      frame, target,
      {EnvironmentState::kDestroyed, EnvironmentState::kRestoring, EnvironmentState::kRestored});
  if (rollback)
    std::erase_if(names, [&](const auto& name) { return acting::is_untouched(frame, name); });
  return names;
}

void run(Frame& frame) {
  acting::require_maintenance(frame);
  const auto target = acting::open_target(frame);
  const auto names = to_do(frame, target, frame.options().flag("rollback"));
  check_moves(frame, target, names);
  frame.session().set_state(EnvironmentState::kDestroying, {});
  for (const auto& name : names) destroy_one(frame, target, name);
  frame.session().set_state(EnvironmentState::kDestroyed, names);
  core::log_info(fmt::format("{} resources are ready to be restored", names.size()));
}

}  // namespace

cli::Step step() {
  return {"destroy",
          "makes live data ready to be moved aside, or removes it where the target goes in place.",
          {},
          {acting::rollback_option()},
          [](cli::Call& call) { acting::run(call, "destroy", run); }};
}

}  // namespace destroy
