#include "maintenance/maintenance_step.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "environment/environment.hpp"
#include "lifecycle/return_maintenance.hpp"
#include "maintenance/maintenance.hpp"
#include "publish/publisher.hpp"
#include "session/session.hpp"

namespace maintenance {

namespace {

environment::Environment load(const cli::Options& options) {
  return environment::load(
      environment::locate(options.get("environment-file"), options.get("environment")));
}

std::string who(const state::Operation& operation) {
  std::string text = fmt::format("{} {}", to_text(operation.kind), operation.id);
  for (const auto& more : {operation.requested_by, operation.build_url})
    if (!more.empty()) text += ", " + more;
  return text;
}

// The state to return to is recorded before anything is touched, and only once: a takeover and a
// roll back inherit it.
void turn_on(Switch& door, session::Session& session) {
  if (!session.environment().maintenance_return) session.own_maintenance(door.is_flagged());
  session.context().lease.check();
  door.turn_on(who(session.operation()));
  core::log_info("maintenance is on: users are locked out");
}

void report(cli::Call& call, const environment::Environment& environment) {
  const auto status = Switch(environment.maintenance, call.cancel).status();
  call.result.set("maintenance", status.on ? "on" : "off");
  call.result.set("flagged", status.flagged);
  call.result.set("probe_status",
                  status.probe_status ? json::Value(*status.probe_status) : json::Value());
  core::log_info(
      fmt::format("maintenance of {} is {}", environment.name, status.on ? "on" : "off"));
  if (!status.problem.empty()) core::log_warning(status.problem);
}

void run(cli::Call& call) {
  const auto environment = load(call.options);
  call.result.set("environment", environment.name);
  if (call.options.verb() == "status") return report(call, environment);

  Switch door(environment.maintenance, call.cancel);
  const bool on = call.options.verb() == "on";
  call.result.set("operation_id", call.options.require("operation"));
  publish::Publisher publisher(environment);
  session::Where where{environment.state_file(), environment.name, environment.archive_folder,
                       environment.memory_bytes};
  where.max_maintenance_ms = std::int64_t{environment.max_maintenance_minutes} * 60'000;
  where.tell = [&](bool at_once) { publisher.tell(at_once); };
  session::Session session(where, call.options.get("operation"),
                           on ? "maintenance on" : "maintenance off", false, call.cancel);
  session.carry_out(
      [&] { on ? turn_on(door, session) : lifecycle::return_maintenance(door, session); },
      call.failure_recorded);
  call.result.set("maintenance", door.is_flagged() ? "on" : "off");
}

}  // namespace

cli::Step step() {
  return {"maintenance",
          "locks users out (on), returns to the state before the operation (off), or says what is "
          "really there (status).",
          {"on", "off", "status"},
          {},
          run};
}

}  // namespace maintenance
