#include "prune/prune_step.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "environment/environment.hpp"
#include "lifecycle/lifecycle.hpp"
#include "prune/plan.hpp"
#include "session/session.hpp"
#include "state/operations/transitions.hpp"

namespace prune {

namespace {

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

// By a wrong clock everything may look old.
void refuse_clock_jump(const session::Session& session) {
  if (!session.operation().clock_jump) return;
  throw core::Error(core::ExitCode::kPrecondition,
                    fmt::format("this machine's clock has jumped: it is {} now, the newest time "
                                "seen is {}",
                                core::to_iso8601(core::system_clock().now_ms()),
                                core::to_iso8601(session.environment().newest_time_ms)),
                    "if the clock is right, run `prune --confirm-clock` once; the next backup "
                    "prunes again");
}

// First the row, then the file: a kill in between leaves a file that the next prune removes.
void remove(session::Session& session, const environment::Environment& environment,
            const std::string& backup_id, const std::string& reason) {
  session.context().cancel.check();
  session.context().lease.check();
  session.record_pruned(backup_id);
  lifecycle::unlink_archive(environment.archive_folder, backup_id);
  core::log_info(fmt::format("removed {}: {}", backup_id, reason));
}

void carry_out(session::Session& session, const environment::Environment& environment,
               cli::Call& call) {
  refuse_clock_jump(session);
  const Plan plan = make_plan(environment, session.file());
  print(plan_text(plan));
  json::Value removed = json::Value::array();
  for (const auto& id : plan.strays.left_over)
    lifecycle::unlink_archive(environment.archive_folder, id);
  for (const auto& decision : plan.removals()) {
    remove(session, environment, decision.backup_id, decision.reason);
    removed.push_back(decision.backup_id);
  }
  call.result.set("removed", std::move(removed));
}

void run_in_session(cli::Call& call, const environment::Environment& environment) {
  session::Session session({environment.state_file(), environment.name},
                           call.options.require("operation"), "prune", false, call.cancel);
  try {
    carry_out(session, environment, call);
  } catch (const core::Cancelled& cancelled) {
    session.fail(128 + cancelled.signal(), cancelled.what());
    throw;
  } catch (const core::Error& error) {
    session.fail(static_cast<int>(error.code()), error.what());
    throw;
  }
  session.succeed();
}

void run(cli::Call& call) {
  const auto environment = environment::load(
      environment::locate(call.options.get("environment-file"), call.options.get("environment")));
  call.result.set("environment", environment.name);
  if (!call.options.flag("dry-run") && !call.options.flag("confirm-clock")) {
    run_in_session(call, environment);
    return;
  }
  state::StateFile file(lifecycle::place_of(environment), state::OpenMode::kExisting);
  if (call.options.flag("confirm-clock")) {
    state::confirm_clock(file);
    core::log_info("the clock is taken as right from now on");
  }
  if (call.options.flag("dry-run")) print(plan_text(make_plan(environment, file)));
}

}  // namespace

cli::Step step() {
  return {"prune",
          "removes the archives that the retention rules let go.",
          {},
          {{"dry-run", "", "print the plan and change nothing; needs no operation", true, ""},
           {"confirm-clock", "", "the clock is right in spite of a jump; needs no operation", true,
            ""}},
          run};
}

}  // namespace prune
