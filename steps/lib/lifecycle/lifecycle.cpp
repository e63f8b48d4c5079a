#include "lifecycle/lifecycle.hpp"

#include <csignal>
#include <filesystem>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "lifecycle/holder.hpp"
#include "lifecycle/unfinished.hpp"
#include "maintenance/maintenance.hpp"
#include "state/operations/liveness.hpp"
#include "state/operations/status.hpp"
#include "state/operations/transitions.hpp"

namespace lifecycle {

namespace {

// A larger file is checked page by page by `operation reconcile` only: begin has to be quick.
constexpr std::uintmax_t kQuickToCheckBytes = 4 << 20;
constexpr int kStepEndsMs = 30'000;

state::EnvironmentRow environment_of(const state::StateFile& file) {
  return state::read_status(file).environment;
}

bool operation_runs(const state::StateFile& file) {
  const auto last = state::read_status(file).last;
  return last && last->outcome == state::Outcome::kRunning;
}

void check_small(const state::StateFile& file) {
  std::error_code ignored;
  if (std::filesystem::file_size(file.place().path, ignored) < kQuickToCheckBytes)
    file.check_pages();
}

// Held while maintenance is switched, so that no step starts in the middle of it.
state::StepLock wait_for_step(const Scene& scene, const std::string& path) {
  constexpr int kPauseMs = 100;
  for (int waited = 0; waited < kStepEndsMs; waited += kPauseMs) {
    if (auto lock = state::StepLock::try_acquire(path)) return std::move(*lock);
    scene.cancel.sleep_ms(kPauseMs);
  }
  throw core::Error(
      core::ExitCode::kBusy,
      fmt::format("a step of this operation is still at work ({})", state::step_holder(path)),
      "wait until it has ended, then run `operation finish` again");
}

// Only a live environment gets its users back.
bool return_maintenance(const Scene& scene, const state::EnvironmentRow& environment) {
  if (environment.closed() || !environment.maintenance_return) return false;
  maintenance::Switch(scene.environment.maintenance, scene.cancel)
      .return_to(*environment.maintenance_return);
  core::log_info("maintenance is back to the state before the operation");
  return true;
}

void clear_up(const Scene& scene, state::StateFile& file, Reconciled& done) {
  const auto lock = state::StepLock::try_acquire(file.step_lock_path());
  if (!lock || operation_runs(file)) return;
  done.removed = remove_unfinished(scene.environment);
  done.maintenance_returned = return_maintenance(scene, environment_of(file));
  if (done.maintenance_returned) state::clear_maintenance(file);
}

// The step that still holds the lock is told to stop: it is fenced, but it may read on for hours.
void stop_step(const Scene& scene, const state::StateFile& file) {
  constexpr int kPauseMs = 100;
  const auto pid = state::step_pid(file.step_lock_path());
  if (!pid) return;
  for (const int signal : {SIGTERM, SIGKILL}) {
    ::kill(*pid, signal);
    for (int waited = 0; waited < kStepEndsMs / 2; waited += kPauseMs) {
      if (!state::step_is_running(file.step_lock_path())) return;
      scene.cancel.sleep_ms(kPauseMs);
    }
  }
}

std::optional<state::Operation> end_overdue(const Scene& scene, state::StateFile& file) {
  auto ended = state::end_overdue(file, max_maintenance_ms(scene.environment));
  if (!ended) return ended;
  core::log_warning(fmt::format("backup {} is ended: {}", ended->id, ended->error));
  stop_step(scene, file);
  return ended;
}

void reconcile_quietly(const Scene& scene) {
  try {
    reconcile(scene);
  } catch (const core::Error& error) {
    core::log_warning(fmt::format("could not clear up: {}", error.what()));
  }
}

// Its `finish` has cleared up then: no folder of a hundred thousand archives is looked through
// again.
bool ended_by_finish(const state::StateFile& file) {
  using state::Outcome;
  const auto last = state::read_status(file).last;
  return last && (last->outcome == Outcome::kSucceeded || last->outcome == Outcome::kFailed ||
                  last->outcome == Outcome::kAborted);
}

state::Begun begin_in(const Scene& scene, state::StateFile& file,
                      const state::BeginRequest& request) {
  state::BeginRequest asked = request;
  asked.archive_exists = [&](const std::string& id) {
    return std::filesystem::exists(scene.environment.archive_path(id));
  };
  const bool clean = ended_by_finish(file);
  state::Begun begun = state::begin_operation(file, asked, rules_of(scene, file));
  if (begun.took_over)
    core::log_warning(
        fmt::format("took over from {}: {}", begun.took_over->build_url, begun.took_over->error));
  if (clean) return begun;
  // Without an operation of its own, this begin is all that a dead one's users can wait for.
  if (begun.already_done)
    reconcile_quietly(scene);
  else
    remove_unfinished(scene.environment);
  return begun;
}

}  // namespace

state::Place place_of(const environment::Environment& environment) {
  return {environment.state_file(), environment.name, environment.archive_folder, ""};
}

std::int64_t max_maintenance_ms(const environment::Environment& environment) {
  return std::int64_t{environment.max_maintenance_minutes} * 60'000;
}

state::LivenessRules rules_of(const Scene& scene, const state::StateFile& file) {
  return {std::int64_t{scene.environment.takeover_after_minutes} * 60'000,
          asked_before(file, scene.build_ended)};
}

state::Begun begin(const Scene& scene, const state::BeginRequest& request) {
  state::StateFile file(place_of(scene.environment), state::OpenMode::kCreate, scene.clock);
  check_small(file);
  try {
    return begin_in(scene, file, request);
  } catch (const core::Error&) {
    reconcile_quietly(scene);
    throw;
  }
}

Reconciled reconcile(const Scene& scene, bool adopt_host) {
  state::StateFile file(place_of(scene.environment), state::OpenMode::kCreate, scene.clock,
                        adopt_host);
  if (adopt_host) state::adopt_machine(file);
  file.check_pages();
  Reconciled done;
  done.interrupted = state::interrupt_if_dead(file, rules_of(scene, file));
  if (done.interrupted)
    core::log_warning(fmt::format("{} by {} is interrupted: {}",
                                  state::to_text(done.interrupted->kind),
                                  done.interrupted->build_url, done.interrupted->error));
  if (!done.interrupted) done.interrupted = end_overdue(scene, file);
  if (!operation_runs(file)) clear_up(scene, file, done);
  return done;
}

Finished finish(const Scene& scene, const std::string& operation_id, const std::string& build_url) {
  Finished finished;
  if (operation_id.empty() && !std::filesystem::exists(scene.environment.state_file()))
    return finished;
  state::StateFile file(place_of(scene.environment), state::OpenMode::kExisting, scene.clock);
  finished.environment = environment_of(file);
  if (!state::find_own(file, operation_id, build_url)) {
    // Ended by somebody else, perhaps in a hurry: what it left behind is not left to the timer.
    if (!operation_runs(file)) reconcile_quietly(scene);
    return finished;
  }
  const auto lock = wait_for_step(scene, file.step_lock_path());
  const auto own = state::find_own(file, operation_id, build_url);
  if (!own) return finished;
  remove_unfinished(scene.environment);
  std::optional<core::Error> trouble;
  try {
    if (return_maintenance(scene, environment_of(file)))
      state::release_maintenance(file, {own->id, own->epoch});
  } catch (const core::Error& error) {
    trouble = error;
  }
  finished.operation = state::finish_operation(file, *own, trouble ? trouble->what() : "");
  finished.environment = environment_of(file);
  if (trouble) throw *trouble;
  return finished;
}

state::EnvironmentRow declare_live(const Scene& scene, const std::string& reason,
                                   const std::string& who) {
  state::StateFile file(place_of(scene.environment), state::OpenMode::kExisting, scene.clock);
  auto before = state::declare_live(file, reason, who);
  reconcile(scene);
  return before;
}

state::Operation abandon(const Scene& scene, const std::string& reason, const std::string& who) {
  state::StateFile file(place_of(scene.environment), state::OpenMode::kExisting, scene.clock);
  auto ended = state::abandon_operation(file, reason, who);
  reconcile_quietly(scene);
  return ended;
}

}  // namespace lifecycle
