#include "state/operations/begin.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "state/catalogue/catalogue.hpp"
#include "state/marker.hpp"
#include "state/operations/begin_rules.hpp"
#include "state/operations/end.hpp"
#include "state/operations/journal.hpp"
#include "state/operations/moves.hpp"
#include "state/operations/rows.hpp"

namespace state {

namespace {

Operation make_operation(const BeginRequest& request, const core::Clock& clock) {
  Operation operation;
  operation.id = core::make_operation_id();
  operation.kind = request.kind;
  operation.description = request.description;
  operation.requested_by = request.requested_by;
  operation.build_url = request.build_url;
  operation.replay_of = request.replay_of;
  operation.request_id = request.request_id;
  operation.parameters = canonical_parameters(request);
  operation.host = core::host_name();
  operation.tool_version = request.tool_version;
  operation.scheduled_ms = request.scheduled_ms;
  operation.started_ms = clock.now_ms();
  operation.heartbeat_ms = operation.started_ms;
  operation.heartbeat_boottime_ms = clock.boottime_ms();
  operation.boot_id = clock.boot_id();
  operation.allow_missing = request.allow_missing;
  operation.skip_resources = request.skip_resources;
  operation.fresh_server = request.fresh_server;
  operation.accept_no_safety = request.accept_no_safety;
  operation.rollback_on_failure = request.rollback_on_failure;
  if (request.kind == Kind::kRestore) operation.target_archive = request.backup_id;
  operation.phase = "begin";
  return operation;
}

// A closed environment holds ruins: the safety archive of the restore that closed it is the only
// one worth keeping, and where that restore went without one, there is nothing left to save.
void inherit_safety(const EnvironmentRow& environment, Operation& operation) {
  if (!environment.closed()) return;
  operation.snapshot_archive = environment.safety_archive;
  operation.safety_inherited = !environment.safety_archive.empty();
  operation.no_safety = environment.safety_archive.empty();
}

std::string describe_exceptions(const Operation& operation) {
  std::string text;
  for (const auto& [resource, reason] : operation.allow_missing)
    text += fmt::format("; AllowMissing {}: {}", resource, reason);
  for (const auto& [resource, reason] : operation.skip_resources)
    text += fmt::format("; SkipResources {}: {}", resource, reason);
  if (!operation.fresh_server.empty()) text += "; FreshServer: " + operation.fresh_server;
  if (!operation.accept_no_safety.empty())
    text += "; AcceptNoSafety: " + operation.accept_no_safety;
  return text;
}

struct Attempt {
  SQLite::Database& db;
  StateFile& file;
  const BeginRequest& request;
  const LivenessRules& rules;
};

void end_dead(const Attempt& attempt, Begun& begun) {
  auto running = load_running(attempt.db);
  if (!running) return;
  const bool step = step_is_running(attempt.file.step_lock_path());
  if (!is_dead(*running, step, attempt.rules, attempt.file.clock())) return;
  interrupt(attempt.db, *running, attempt.file.clock());
  begun.took_over = std::move(running);
}

// An end that is still to come was written by a clock that was ahead: by it, every request of today
// would have waited.
std::optional<Operation> load_last_ended(const Attempt& attempt) {
  const auto where = fmt::format(
      "finished_ms = (SELECT max(finished_ms) FROM operations WHERE finished_ms <= {} AND "
      "outcome IN ('succeeded', 'failed', 'aborted')) AND outcome <> ?",
      attempt.file.clock().now_ms());
  return load_newest(attempt.db, where, "running");
}

void check(const Attempt& attempt, const EnvironmentRow& environment) {
  if (const auto running = load_running(attempt.db)) refuse_busy(*running);
  refuse_queued_behind(attempt.request, load_last_ended(attempt));
  refuse_closed(attempt.request, environment);
  if (attempt.request.kind == Kind::kBackup) return;
  const std::string& id = attempt.request.backup_id;
  refuse_target(id, load_archive(attempt.db, id));
  if (attempt.request.archive_exists && !attempt.request.archive_exists(id)) refuse_lost_file(id);
}

bool found_done(const Attempt& attempt, Begun& begun) {
  if (attempt.request.request_id.empty()) return false;
  const auto earlier = load_newest(attempt.db, "request_id = ?", attempt.request.request_id);
  if (!is_already_done(attempt.request, earlier)) return false;
  begun.already_done = true;
  begun.operation = *earlier;
  begun.backup_id =
      earlier->kind == Kind::kBackup ? earlier->snapshot_archive : earlier->target_archive;
  return true;
}

Begun attempt_begin(const Attempt& attempt) {
  Begun begun;
  end_dead(attempt, begun);
  begun.environment = load_environment(attempt.db);
  if (found_done(attempt, begun)) return begun;
  check(attempt, begun.environment);
  begun.operation = make_operation(attempt.request, attempt.file.clock());
  begun.backup_id = begun.operation.target_archive;
  note_time(begun.environment, begun.operation, begun.operation.started_ms);
  inherit_safety(begun.environment, begun.operation);
  // What a killed step left running in a server is found by these facts.
  if (!begun.environment.closed() && load_all_beside(attempt.db).empty()) drop_facts(attempt.db);
  begun.operation.epoch = ++begun.environment.epoch;
  insert_operation(attempt.db, begun.operation);
  save_environment(attempt.db, begun.environment);
  add_audit(attempt.db, begun.operation.started_ms, begun.operation.id,
            begun.operation.requested_by,
            fmt::format("began {}{}", to_text(begun.operation.kind),
                        describe_exceptions(begun.operation)));
  return begun;
}

}  // namespace

Begun begin_operation(StateFile& file, const BeginRequest& request, const LivenessRules& rules) {
  refuse_bad_request(request, file.place().environment);
  BeginRequest dated = request;
  if (dated.scheduled_ms == 0) dated.scheduled_ms = file.clock().now_ms();
  Begun begun;
  file.write([&](SQLite::Database& db) { begun = attempt_begin({db, file, dated, rules}); });
  if (!begun.already_done) write_marker(file.place(), marker_of(begun.environment));
  return begun;
}

std::string canonical_parameters(const BeginRequest& request) {
  std::string text = fmt::format("kind={}\nbackup_id={}\ndescription={}\n", to_text(request.kind),
                                 request.backup_id, request.description);
  for (const auto& [resource, reason] : request.allow_missing)
    text += fmt::format("allow_missing={}: {}\n", resource, reason);
  for (const auto& [resource, reason] : request.skip_resources)
    text += fmt::format("skip={}: {}\n", resource, reason);
  if (!request.fresh_server.empty()) text += fmt::format("fresh_server={}\n", request.fresh_server);
  if (!request.accept_no_safety.empty())
    text += fmt::format("accept_no_safety={}\n", request.accept_no_safety);
  return text + fmt::format("rollback_on_failure={}\n", request.rollback_on_failure);
}

}  // namespace state
