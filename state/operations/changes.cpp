#include "state/operations/changes.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "state/marker.hpp"
#include "state/operations/begin_rules.hpp"
#include "state/operations/guard.hpp"
#include "state/operations/rows.hpp"

namespace state {

using core::Error;
using core::ExitCode;

namespace {

[[noreturn]] void throw_fenced(const std::string& operation_id) {
  throw Error(ExitCode::kPrecondition,
              fmt::format("operation {} is not the running one any more", operation_id),
              "it was taken over, finished or abandoned: `operation status` says by whom");
}

void touch(Operation& operation, const core::Clock& clock) {
  operation.heartbeat_ms = clock.now_ms();
  operation.heartbeat_boottime_ms = clock.boottime_ms();
  operation.boot_id = clock.boot_id();
}

void refuse_other_version(const Operation& operation, const std::string& tool_version) {
  if (operation.tool_version != tool_version)
    throw Error(ExitCode::kPrecondition,
                fmt::format("operation {} began with version {} of this tool, this step is {}",
                            operation.id, operation.tool_version, tool_version),
                "abort this build and start the job again");
}

void insert_phase(SQLite::Database& db, const std::string& operation_id, const std::string& step,
                  bool rollback, std::int64_t now_ms, bool refused = false) {
  SQLite::Statement insert(db,
                           "INSERT INTO phases (operation_id, name, rollback, started_ms, refused) "
                           "VALUES (?, ?, ?, ?, ?)");
  SQLite::bind(insert, operation_id, step, rollback, now_ms, refused);
  insert.exec();
}

void end_last_phase(SQLite::Database& db, const std::string& operation_id, std::int64_t now_ms,
                    int exit_code, const std::string& message) {
  SQLite::Statement update(
      db,
      "UPDATE phases SET ended_ms = ?, exit_code = ?, message = ? WHERE sequence = "
      "(SELECT max(sequence) FROM phases WHERE operation_id = ?)");
  SQLite::bind(update, now_ms, exit_code, message, operation_id);
  update.exec();
}

// So that the outcome of the operation names the refusal.
void record_refusal(SQLite::Database& db, const std::string& operation_id, const std::string& step,
                    bool rollback, std::int64_t now_ms, const Error& refusal) {
  insert_phase(db, operation_id, step, rollback, now_ms, true);
  end_last_phase(db, operation_id, now_ms, static_cast<int>(refusal.code()), refusal.what());
}

bool same_marker(const Marker& a, const Marker& b) {
  return a.state == b.state && a.epoch == b.epoch && a.restoring_from == b.restoring_from &&
         a.safety_archive == b.safety_archive;
}

Operation require_running(SQLite::Database& db, const std::string& operation_id) {
  auto operation = load_operation(db, operation_id);
  if (!operation)
    throw Error(ExitCode::kPrecondition,
                operation_id.empty() ? "this step needs an operation, and none was given"
                                     : fmt::format("operation '{}' is unknown", operation_id),
                "run `operation begin` first and pass its id by --operation or OPERATION_ID");
  if (operation->outcome != Outcome::kRunning) throw_fenced(operation_id);
  return std::move(*operation);
}

}  // namespace

Operation begin_phase(StateFile& file, const std::string& operation_id, const std::string& step,
                      bool rollback, const std::string& tool_version) {
  Operation operation;
  std::optional<Error> refusal;
  file.write([&](SQLite::Database& db) {
    operation = require_running(db, operation_id);
    EnvironmentRow environment = load_environment(db);
    try {
      refuse_other_version(operation, tool_version);
      check_allowed(step, rollback, operation, environment);
    } catch (const Error& error) {
      record_refusal(db, operation_id, step, rollback, file.clock().now_ms(), error);
      refusal = error;
      return;
    }
    operation.phase = step;
    operation.rolling_back = operation.rolling_back || rollback;
    operation.percent.reset();
    operation.progress.clear();
    operation.seconds_left.reset();
    touch(operation, file.clock());
    note_time(environment, operation, operation.heartbeat_ms);
    if (!update_operation(db, operation)) throw_fenced(operation_id);
    insert_phase(db, operation_id, step, rollback, operation.heartbeat_ms);
    save_environment(db, environment);
  });
  if (refusal) throw *refusal;
  return operation;
}

void end_phase(StateFile& file, const Claim& claim, int exit_code, const std::string& message) {
  file.write([&](SQLite::Database& db) {
    check_claim(db, claim);
    end_last_phase(db, claim.operation_id, file.clock().now_ms(), exit_code, message);
  });
}

bool heartbeat(StateFile& file, const Claim& claim, const Progress& progress) {
  bool ours = false;
  file.write([&](SQLite::Database& db) {
    auto operation = load_operation(db, claim.operation_id);
    if (!operation || operation->epoch != claim.epoch) return;
    operation->percent = progress.percent;
    operation->progress = progress.line;
    operation->seconds_left = progress.seconds_left;
    touch(*operation, file.clock());
    ours = update_operation(db, *operation);
  });
  return ours;
}

void check_claim(SQLite::Database& db, const Claim& claim) {
  SQLite::Statement row(
      db, "SELECT 1 FROM operations WHERE id = ? AND epoch = ? AND outcome = 'running'");
  SQLite::bind(row, claim.operation_id, claim.epoch);
  if (!row.executeStep()) throw_fenced(claim.operation_id);
}

void check_claim(const StateFile& file, const Claim& claim) {
  file.read([&](SQLite::Database& db) { check_claim(db, claim); });
}

void change(StateFile& file, const Claim& claim, const Change& body) {
  Marker before;
  Marker after;
  file.write([&](SQLite::Database& db) {
    auto operation = load_operation(db, claim.operation_id);
    if (!operation || operation->epoch != claim.epoch) throw_fenced(claim.operation_id);
    EnvironmentRow environment = load_environment(db);
    before = marker_of(environment);
    body(db, *operation, environment);
    touch(*operation, file.clock());
    if (!update_operation(db, *operation)) throw_fenced(claim.operation_id);
    save_environment(db, environment);
    after = marker_of(environment);
  });
  if (!same_marker(before, after)) write_marker(file.place(), after);
}

}  // namespace state
