#include "state/operations/end.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "state/marker.hpp"
#include "state/operations/begin_rules.hpp"
#include "state/operations/journal.hpp"
#include "state/operations/moves.hpp"
#include "state/operations/rows.hpp"

namespace state {

namespace {

// A step that was repeated counts by its last run.
std::vector<Phase> last_runs(const Operation& operation) {
  std::vector<Phase> last;
  for (const auto& phase : operation.phases) {
    std::erase_if(last, [&](const Phase& earlier) {
      return earlier.name == phase.name && earlier.rollback == phase.rollback;
    });
    last.push_back(phase);
  }
  return last;
}

std::string first_failure(const std::vector<Phase>& phases, bool rollback) {
  for (const auto& phase : phases)
    if (phase.failed() && phase.rollback == rollback)
      return fmt::format("{} failed: {}", phase.name, phase.message);
  return "";
}

Judgement judge_rollback(const Operation& operation, const EnvironmentRow& environment) {
  const auto phases = last_runs(operation);
  const std::string cause = first_failure(phases, false);
  if (operation.proved && !environment.closed())
    return {Outcome::kFailed,
            fmt::format("{}; rolled back to {}", cause, operation.snapshot_archive)};
  return {Outcome::kFailed, fmt::format("{}; and the roll-back did not complete: {}", cause,
                                        first_failure(phases, true))};
}

bool is_complete(const Operation& operation, const std::vector<Phase>& phases) {
  if (operation.kind == Kind::kBackup) return operation.snapshot_verified;
  for (const auto& phase : phases)
    if (phase.name == "apply" && phase.succeeded()) return operation.proved;
  return false;
}

void fail_unfinished_archives(SQLite::Database& db, const std::string& operation_id) {
  SQLite::Statement update(db,
                           "UPDATE archives SET status = 'failed', damage = 'never completed' "
                           "WHERE operation_id = ? AND status = 'writing'");
  update.bind(1, operation_id);
  update.exec();
}

// Raises the epoch: a step that wakes up is fenced.
void fence(SQLite::Database& db) {
  EnvironmentRow environment = load_environment(db);
  ++environment.epoch;
  save_environment(db, environment);
}

void close_row(SQLite::Database& db, Operation& operation, std::int64_t now_ms,
               const std::string& who) {
  operation.finished_ms = now_ms;
  operation.ended_as = way_of_ending(operation, load_environment(db));
  if (!update_operation(db, operation))
    throw core::Error(core::ExitCode::kPrecondition,
                      fmt::format("operation {} was ended by another process", operation.id),
                      "look at `operation status`");
  fail_unfinished_archives(db, operation.id);
  if (operation.kind == Kind::kRestore && operation.outcome == Outcome::kSucceeded)
    mark_aside_droppable(db);
  add_audit(db, now_ms, operation.id, who,
            fmt::format("{} {}{}{}", to_text(operation.kind), to_text(operation.outcome),
                        operation.error.empty() ? "" : ": ", operation.error));
}

}  // namespace

std::string way_of_ending(const Operation& operation, const EnvironmentRow& environment) {
  if (operation.kind == Kind::kBackup) return "";
  if (environment.closed()) return "closed";
  if (!operation.proved) return "";
  return operation.rolling_back ? "rolled_back" : "restored";
}

Judgement judge(const Operation& operation, const EnvironmentRow& environment) {
  if (operation.rolling_back) return judge_rollback(operation, environment);
  const auto phases = last_runs(operation);
  if (const std::string failure = first_failure(phases, false); !failure.empty())
    return {Outcome::kFailed, failure};
  for (const auto& phase : phases)
    if (phase.cut_off()) return {Outcome::kAborted, fmt::format("{} was cut off", phase.name)};
  if (is_complete(operation, phases)) return {Outcome::kSucceeded, ""};
  return {Outcome::kAborted, fmt::format("ended after {} before all steps had run",
                                         phases.empty() ? "begin" : phases.back().name)};
}

std::optional<Operation> find_own(const StateFile& file, const std::string& operation_id,
                                  const std::string& build_url) {
  std::optional<Operation> running;
  file.read([&](SQLite::Database& db) { running = load_running(db); });
  if (!running || (operation_id.empty() && build_url.empty())) return std::nullopt;
  if (!operation_id.empty() && running->id != operation_id) return std::nullopt;
  if (!build_url.empty() && running->build_url != build_url) return std::nullopt;
  return running;
}

Operation finish_operation(StateFile& file, const Operation& own, const std::string& trouble) {
  Operation ended;
  file.write([&](SQLite::Database& db) {
    auto current = load_operation(db, own.id);
    if (!current || current->epoch != own.epoch) current = own;
    auto [outcome, error] = judge(*current, load_environment(db));
    if (!trouble.empty()) {
      if (outcome == Outcome::kSucceeded) outcome = Outcome::kFailed;
      error += (error.empty() ? "" : "; ") + trouble;
    }
    current->outcome = outcome;
    current->error = error;
    close_row(db, *current, file.clock().now_ms(), own.requested_by);
    ended = *current;
  });
  return ended;
}

void interrupt(SQLite::Database& db, Operation& operation, const core::Clock& clock) {
  operation.outcome = Outcome::kInterrupted;
  operation.error = fmt::format("its build or its machine ended during {}, last heard of at {}",
                                operation.phase, core::to_iso8601(operation.heartbeat_ms));
  close_row(db, operation, clock.now_ms(), "reconcile");
  fence(db);
}

std::optional<Operation> interrupt_if_dead(StateFile& file, const LivenessRules& rules) {
  std::optional<Operation> ended;
  file.write([&](SQLite::Database& db) {
    auto running = load_running(db);
    if (!running) return;
    if (!is_dead(*running, step_is_running(file.step_lock_path()), rules, file.clock())) return;
    interrupt(db, *running, file.clock());
    ended = std::move(running);
  });
  return ended;
}

Operation abandon_operation(StateFile& file, const std::string& reason, const std::string& who) {
  if (reason.empty())
    throw core::Error(core::ExitCode::kUsage, "--reason is missing",
                      "say why, for the next reader of the history");
  Operation ended;
  file.write([&](SQLite::Database& db) {
    auto running = load_running(db);
    if (!running)
      throw core::Error(core::ExitCode::kNotFound, "no operation is running",
                        "there is nothing to abandon");
    if (step_is_running(file.step_lock_path())) {
      throw core::Error(core::ExitCode::kBusy,
                        fmt::format("a step of {} is at work", describe_holder(*running)),
                        "abort its build first, then abandon");
    }
    running->outcome = Outcome::kAbandoned;
    running->error = reason;
    close_row(db, *running, file.clock().now_ms(), who);
    fence(db);
    ended = std::move(*running);
  });
  return ended;
}

std::optional<Operation> end_overdue(StateFile& file, std::int64_t longest_ms) {
  std::optional<Operation> ended;
  file.write([&](SQLite::Database& db) {
    auto running = load_running(db);
    const auto since = load_environment(db).maintenance_since;
    if (!running || running->kind != Kind::kBackup || !since) return;
    const std::int64_t lasted = age_ms(*since, file.clock());
    if (lasted < longest_ms) return;
    running->outcome = Outcome::kInterrupted;
    running->error = fmt::format(
        "maintenance has lasted {} minutes, {} are allowed (max_maintenance_minutes): the backup "
        "was ended during {} and users come back",
        lasted / 60'000, longest_ms / 60'000, running->phase);
    close_row(db, *running, file.clock().now_ms(), "max_maintenance_minutes");
    fence(db);
    ended = std::move(running);
  });
  return ended;
}

EnvironmentRow declare_live(StateFile& file, const std::string& reason, const std::string& who) {
  if (reason.empty())
    throw core::Error(core::ExitCode::kUsage, "--reason is missing",
                      "say how you know that the environment is good as it stands");
  EnvironmentRow before;
  Marker after;
  file.write([&](SQLite::Database& db) {
    if (const auto running = load_running(db)) refuse_busy(*running);
    before = load_environment(db);
    if (!before.closed())
      throw core::Error(core::ExitCode::kPrecondition,
                        fmt::format("environment '{}' is live already", before.name),
                        "there is nothing to declare");
    EnvironmentRow live = before;
    live.state = EnvironmentState::kLive;
    live.resources.clear();
    live.restoring_from.clear();
    live.safety_archive.clear();
    ++live.epoch;
    save_environment(db, live);
    drop_all_items(db);
    add_audit(
        db, file.clock().now_ms(), "", who,
        fmt::format("{}it was {} by a restore of {} (safety archive {}): {}", kDeclaredLive,
                    to_text(before.state), before.restoring_from, before.safety_archive, reason));
    after = marker_of(live);
  });
  write_marker(file.place(), after);
  return before;
}

}  // namespace state
