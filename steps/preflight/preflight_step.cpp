#include "preflight/preflight_step.hpp"

#include <fmt/format.h>

#include "acting/frame.hpp"
#include "core/log.hpp"
#include "lifecycle/prune_plan.hpp"
#include "preflight/checks.hpp"
#include "session/unbound.hpp"
#include "state/catalogue/catalogue.hpp"
#include "state/operations/rows.hpp"

namespace preflight {

namespace {

int executors(const cli::Options& options) {
  const std::string text = options.get("agent-executors");
  const bool number =
      !text.empty() && text.size() < 6 && text.find_first_not_of("0123456789") == std::string::npos;
  return number ? std::stoi(text) : 0;
}

// The rules and their floors as ever: nothing goes that the prune of this backup would keep.
void make_room(acting::Frame& frame) {
  auto& session = frame.session();
  if (session.operation().clock_jump) {
    core::log_warning("the clock has jumped: nothing is pruned");
    return;
  }
  lifecycle::carry_out(lifecycle::make_prune_plan(frame.environment(), session.file()),
                       frame.environment(), frame.cancel(), [&](const std::string& backup_id) {
                         session.context().lease.check();
                         return session.record_pruned(backup_id);
                       });
}

void note_closed(Request& request, const state::EnvironmentRow& environment) {
  request.closed = environment.closed();
  request.recorded = environment.resources;
}

void within_operation(acting::Frame& frame) {
  const auto operation = frame.session().operation();
  Request request;
  request.executors = executors(frame.options());
  if (operation.kind == state::Kind::kRestore) request.target = frame.session().target();
  request.allow_missing = operation.allow_missing;
  for (const auto& [name, reason] : operation.skip_resources)
    request.skip_resources.push_back(name);
  request.fresh_server = !operation.fresh_server.empty();
  if (operation.kind == state::Kind::kBackup && frame.environment().retention.prune_when_short)
    request.make_room = [&] { make_room(frame); };
  note_closed(request, frame.session().environment());
  const auto bytes = check(frame.environment(), frame.resources(), request, frame.context());
  frame.result().set("estimated_bytes", bytes);
  core::log_info("preflight found nothing in the way");
}

// Needs no operation and takes nothing: what a backup, or with --backup-id a restore, would do.
void dry_run(cli::Call& call) {
  const auto environment = acting::load_environment(call.options);
  const std::string id = call.options.get("backup-id");
  auto made = acting::make_resources(environment, !id.empty());
  session::Unbound unbound(call.cancel, environment.memory_bytes);
  Request request;
  if (!id.empty()) {
    const state::StateFile file({environment.state_file(), environment.name, "", ""},
                                state::OpenMode::kExisting);
    request.target = state::get_archive(file, id);
    file.read([&](SQLite::Database& db) { note_closed(request, state::load_environment(db)); });
  }
  call.result.set("estimated_bytes", check(environment, made, request, unbound.context()));
  core::log_info("dry run: nothing was changed");
}

void run(cli::Call& call) {
  if (call.options.flag("dry-run"))
    dry_run(call);
  else
    acting::run(call, "preflight", within_operation);
}

}  // namespace

cli::Step step() {
  return {"preflight",
          "refuses before harm: may this operation go through? Changes nothing.",
          {},
          {{"dry-run", "", "print the plan without an operation", true, ""},
           {"backup-id", "BackupId", "with --dry-run: plan the restore of this archive", false, ""},
           {"agent-executors", "AGENT_EXECUTORS", "how many executors the agent has", false, ""}},
          run};
}

}  // namespace preflight
