#include "prune/prune_step.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "environment/environment.hpp"
#include "lifecycle/lifecycle.hpp"
#include "lifecycle/prune_plan.hpp"
#include "publish/publisher.hpp"
#include "session/session.hpp"
#include "state/catalogue/upkeep.hpp"
#include "state/operations/begin_rules.hpp"
#include "state/operations/transitions.hpp"

namespace prune {

namespace {

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void carry_out(const environment::Environment& environment, const state::StateFile& file,
               cli::Call& call, const lifecycle::RemoveRow& remove_row) {
  const auto plan = lifecycle::make_prune_plan(environment, file);
  print(lifecycle::plan_text(plan));
  json::Value removed = json::Value::array();
  for (const auto& id : lifecycle::carry_out(plan, environment, call.cancel, remove_row))
    removed.push_back(id);
  call.result.set("removed", std::move(removed));
}

void carry_out(session::Session& session, const environment::Environment& environment,
               cli::Call& call) {
  if (session.operation().clock_jump)
    state::refuse_clock_jump(core::system_clock().now_ms(), session.environment().newest_time_ms);
  carry_out(environment, session.file(), call, [&](const std::string& backup_id) {
    session.context().lease.check();
    return session.record_pruned(backup_id);
  });
}

void run_in_session(cli::Call& call, const environment::Environment& environment) {
  publish::Publisher publisher(environment);
  session::Where where{environment.state_file(), environment.name, environment.archive_folder};
  where.tell = [&](bool at_once) { publisher.tell(at_once); };
  session::Session session(where, call.options.require("operation"), "prune", false, call.cancel);
  session.carry_out([&] { carry_out(session, environment, call); }, call.failure_recorded);
}

void run_alone(cli::Call& call, const environment::Environment& environment,
               state::StateFile& file) {
  const publish::AfterChange afterwards(environment);
  state::check_prunable(file);
  const auto who = call.options.get("requested-by");
  carry_out(environment, file, call, [&](const std::string& backup_id) {
    return state::prune_archive(file, backup_id, who);
  });
}

void run(cli::Call& call) {
  const auto environment = environment::load(
      environment::locate(call.options.get("environment-file"), call.options.get("environment")));
  call.result.set("environment", environment.name);
  const bool dry_run = call.options.flag("dry-run");
  const bool confirm_clock = call.options.flag("confirm-clock");
  if (!dry_run && !confirm_clock && !call.options.get("operation").empty())
    return run_in_session(call, environment);
  state::StateFile file(lifecycle::place_of(environment), state::OpenMode::kExisting);
  if (confirm_clock) {
    state::confirm_clock(file);
    core::log_info("the clock is taken as right from now on");
  }
  if (dry_run) print(lifecycle::plan_text(lifecycle::make_prune_plan(environment, file)));
  if (!dry_run && !confirm_clock) run_alone(call, environment, file);
}

}  // namespace

cli::Step step() {
  return {
      "prune",
      "removes the archives that the retention rules let go.",
      {},
      {{"dry-run", "", "print the plan and change nothing; needs no operation", true, ""},
       {"requested-by", "REQUESTED_BY", "who asked for it, when there is no operation", false, ""},
       {"confirm-clock", "", "the clock is right in spite of a jump; needs no operation", true,
        ""}},
      run};
}

}  // namespace prune
