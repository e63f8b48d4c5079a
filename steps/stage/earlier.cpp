#include "stage/earlier.hpp"

#include <fmt/format.h>

#include "acting/drop_beside.hpp"
#include "acting/road.hpp"
#include "core/error.hpp"
#include "core/log.hpp"

namespace stage {

namespace {

using acting::Frame;

void drop_staged(Frame& frame, const std::string& name, const core::Beside& beside) {
  core::log_info(fmt::format("{}: removing what is staged of {}", name, beside.staged_archive));
  acting::drop_staged(frame.resource(name), frame.context());
  frame.context().journal.clear(name);
}

void drop_aside(Frame& frame, const std::string& name, core::Beside& beside) {
  core::log_info(fmt::format("{}: removing what an earlier restore replaced", name));
  acting::drop_aside(frame.resource(name), frame.context());
  beside = frame.context().moves.beside(name);
}

// Its last live state comes first: what stands in its place is half of another restore.
void go_back_first(Frame& frame, const std::string& name, core::Beside& beside) {
  core::log_info(fmt::format("{}: moving back what the interrupted restore replaced", name));
  frame.resource(name).move_back(frame.context());
  frame.resource(name).unstage(frame.context());
  frame.session().record_moved_back(name, state::EnvironmentState::kLive);
  beside = {};
}

// A verified archive that can be opened holds all of it: then it is no longer the only way back.
bool is_saved(Frame& frame, const core::Beside& beside) {
  try {
    const auto record = frame.session().archive(beside.aside_archive);
    if (record.status != state::ArchiveStatus::kComplete || !record.verified_ms) return false;
    frame.open_archive(record);
    return true;
  } catch (const core::Error& error) {
    core::log_warning(error.what());
    return false;
  }
}

[[noreturn]] void refuse_aside(const std::string& name, const core::Beside& beside) {
  throw core::Error(
      core::ExitCode::kPrecondition,
      fmt::format("{}: the data that the last restore replaced is still kept aside, because that "
                  "restore did not end well and no verified archive holds it",
                  name),
      fmt::format("restore {} to go back to it, or run `sweep --drop-aside --reason WHY` to give "
                  "it up",
                  beside.aside_archive));
}

}  // namespace

bool make_way(Frame& frame, const acting::Target& target, const std::string& name) {
  const auto& wanted = target.archive.manifest().backup_id;
  const auto environment = frame.session().environment();
  auto beside = frame.context().moves.beside(name);
  if (beside.aside_archive == wanted) return false;
  // users were on what replaced it: it is no way back any more
  if (beside.aside_droppable) drop_aside(frame, name, beside);
  if (!beside.aside_archive.empty()) {
    if (environment.closed() && environment.restoring_from == wanted)
      return beside.staged_archive.empty() &&
             environment.resources.at(name) == state::EnvironmentState::kDestroying;
    if (environment.closed())
      go_back_first(frame, name, beside);
    else if (is_saved(frame, beside))
      drop_aside(frame, name, beside);
    else
      refuse_aside(name, beside);
  }
  if (!beside.staged_archive.empty() && beside.staged_archive != wanted)
    drop_staged(frame, name, beside);
  return acting::is_untouched(frame, name);
}

}  // namespace stage
