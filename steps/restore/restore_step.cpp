#include "restore/restore_step.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "acting/road.hpp"
#include "core/log.hpp"
#include "resources/run_works.hpp"

namespace restore {

namespace {

using acting::Frame;
using acting::Road;
using acting::Target;
using state::EnvironmentState;
using Names = std::vector<std::string>;

void bring_back(Frame& frame, const Target& target, const Names& names, bool last) {
  resources::Works works;
  for (const auto& name : names)
    if (frame.resource(name).restored_last() == last)
      works[name] = frame.resource(name).restore(target.archive, frame.context());
  for (auto& [name, report] : resources::run_works(works, frame.workers(), frame.context()))
    frame.result().set(name, std::move(report));
}

// What the move has replaced is discarded with it, and so is whatever is still staged.
void move_back(Frame& frame, const Target& target, const Names& names) {
  for (const auto& name : names) {
    core::log_info(fmt::format("{}: moving back what the restore replaced", name));
    frame.resource(name).move_back(frame.context());
    if (auto rest = frame.resource(name).restore_rest(target.archive, frame.context())) {
      resources::Works works;
      works[name] = std::move(rest);
      resources::run_works(works, frame.workers(), frame.context());
    }
    frame.resource(name).unstage(frame.context());
    frame.session().record_moved_back(name, EnvironmentState::kRestored);
  }
}

// A move that failed converges back with the parts in place, so these come first.
std::vector<Names> in_order(Frame& frame, const Target& target, const Names& names) {
  std::vector<Names> groups(2);
  for (const auto& name : names)
    groups[acting::road_of(frame, target, name) == Road::kMove ? 1 : 0].push_back(name);
  return groups;
}

Names to_do(Frame& frame, const Target& target, bool rollback) {
  auto names = acting::still_to_do(frame, target, {EnvironmentState::kRestored});
  std::erase_if(names,
                [&](const auto& name) { return rollback && acting::is_untouched(frame, name); });
  return names;
}

void run(Frame& frame) {
  const auto target = acting::open_target(frame);
  const auto names = to_do(frame, target, frame.options().flag("rollback"));
  const auto back = acting::moved_back_to(frame, target);
  frame.session().set_state(EnvironmentState::kRestoring, names);
  move_back(frame, target, back);
  Names rest = names;
  std::erase_if(rest, [&](const auto& name) {
    return std::find(back.begin(), back.end(), name) != back.end();
  });
  for (const bool last : {false, true})
    for (const auto& group : in_order(frame, target, rest)) bring_back(frame, target, group, last);
  frame.session().set_state(EnvironmentState::kRestored, names);
  core::log_info(fmt::format("the data of {} is back; prove compares it next",
                             target.archive.manifest().backup_id));
}

}  // namespace

cli::Step step() {
  return {"restore",
          "moves the staged data in, or back, and loads what goes in place; a rerun goes on where "
          "the last one ended.",
          {},
          {acting::rollback_option()},
          [](cli::Call& call) { acting::run(call, "restore", run); }};
}

}  // namespace restore
