#include "state/operations/rows.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>
#include <fmt/format.h>

#include "core/error.hpp"

namespace state {

namespace {

// The order of the columns that read_operation() expects.
constexpr const char* kColumns =
    "id, kind, description, requested_by, build_url, replay_of, coalesce(request_id, ''), "
    "parameters, host, tool_version, scheduled_ms, started_ms, finished_ms, heartbeat_ms, "
    "heartbeat_boottime_ms, boot_id, epoch, phase, percent, progress, target_archive, "
    "snapshot_archive, safety_inherited, target_verified, snapshot_verified, destroy_began, "
    "proved, rolling_back, rollback_on_failure, clock_jump, outcome, error, ended_as, no_safety, "
    "seconds_left";

// Reads columns in order; each operator() takes the next one.
class Columns {
 public:
  explicit Columns(SQLite::Statement& row) : m_row(row) {}
  std::string text() { return m_row.getColumn(m_next++).getString(); }
  std::int64_t number() { return m_row.getColumn(m_next++).getInt64(); }
  bool flag() { return number() != 0; }
  std::optional<std::int64_t> optional_number() {
    if (!m_row.getColumn(m_next).isNull()) return number();
    ++m_next;
    return std::nullopt;
  }

 private:
  SQLite::Statement& m_row;
  int m_next = 0;
};

void read_who(Columns& columns, Operation& operation) {
  operation.id = columns.text();
  operation.kind = kind_from_text(columns.text());
  operation.description = columns.text();
  operation.requested_by = columns.text();
  operation.build_url = columns.text();
  operation.replay_of = columns.text();
  operation.request_id = columns.text();
  operation.parameters = columns.text();
  operation.host = columns.text();
  operation.tool_version = columns.text();
}

void read_when(Columns& columns, Operation& operation) {
  operation.scheduled_ms = columns.number();
  operation.started_ms = columns.number();
  operation.finished_ms = columns.optional_number();
  operation.heartbeat_ms = columns.number();
  operation.heartbeat_boottime_ms = columns.number();
  operation.boot_id = columns.text();
  operation.epoch = columns.number();
}

void read_progress(Columns& columns, Operation& operation) {
  operation.phase = columns.text();
  if (const auto percent = columns.optional_number())
    operation.percent = static_cast<int>(*percent);
  operation.progress = columns.text();
  operation.target_archive = columns.text();
  operation.snapshot_archive = columns.text();
  operation.safety_inherited = columns.flag();
  operation.target_verified = columns.flag();
  operation.snapshot_verified = columns.flag();
  operation.destroy_began = columns.flag();
  operation.proved = columns.flag();
  operation.rolling_back = columns.flag();
  operation.rollback_on_failure = columns.flag();
  operation.clock_jump = columns.flag();
  operation.outcome = outcome_from_text(columns.text());
  operation.error = columns.text();
  operation.ended_as = columns.text();
  operation.no_safety = columns.flag();
  operation.seconds_left = columns.optional_number();
}

void read_exceptions(SQLite::Database& db, Operation& operation) {
  SQLite::Statement rows(db,
                         "SELECT exception, resource, reason FROM operation_exceptions "
                         "WHERE operation_id = ? ORDER BY resource");
  rows.bind(1, operation.id);
  while (rows.executeStep()) {
    const std::string exception = rows.getColumn(0).getString();
    const std::string resource = rows.getColumn(1).getString();
    const std::string reason = rows.getColumn(2).getString();
    if (exception == "allow_missing") operation.allow_missing[resource] = reason;
    if (exception == "skip_resources") operation.skip_resources[resource] = reason;
    if (exception == "fresh_server") operation.fresh_server = reason;
    if (exception == "accept_no_safety") operation.accept_no_safety = reason;
  }
}

void read_phases(SQLite::Database& db, Operation& operation) {
  SQLite::Statement rows(db,
                         "SELECT name, rollback, started_ms, ended_ms, exit_code, message, refused "
                         "FROM phases WHERE operation_id = ? ORDER BY sequence");
  rows.bind(1, operation.id);
  while (rows.executeStep()) {
    Columns columns(rows);
    Phase phase;
    phase.name = columns.text();
    phase.rollback = columns.flag();
    phase.started_ms = columns.number();
    phase.ended_ms = columns.optional_number();
    if (const auto code = columns.optional_number()) phase.exit_code = static_cast<int>(*code);
    phase.message = columns.text();
    phase.refused = columns.flag();
    operation.phases.push_back(std::move(phase));
  }
}

std::optional<Operation> load_one(SQLite::Database& db, SQLite::Statement& row) {
  if (!row.executeStep()) return std::nullopt;
  Columns columns(row);
  Operation operation;
  read_who(columns, operation);
  read_when(columns, operation);
  read_progress(columns, operation);
  read_exceptions(db, operation);
  read_phases(db, operation);
  return operation;
}

void insert_exceptions(SQLite::Database& db, const Operation& operation) {
  SQLite::Statement insert(db, "INSERT INTO operation_exceptions VALUES (?, ?, ?, ?)");
  const auto add = [&](const char* what, const std::string& resource, const std::string& reason) {
    SQLite::bind(insert, operation.id, what, resource, reason);
    insert.exec();
    insert.reset();
  };
  for (const auto& [resource, reason] : operation.allow_missing)
    add("allow_missing", resource, reason);
  for (const auto& [resource, reason] : operation.skip_resources)
    add("skip_resources", resource, reason);
  if (!operation.fresh_server.empty()) add("fresh_server", "", operation.fresh_server);
  if (!operation.accept_no_safety.empty()) add("accept_no_safety", "", operation.accept_no_safety);
}

void bind_optional(SQLite::Statement& statement, int index, std::optional<std::int64_t> value) {
  if (value)
    statement.bind(index, *value);
  else
    statement.bind(index);
}

}  // namespace

std::optional<Operation> load_newest(SQLite::Database& db, const std::string& where,
                                     const std::string& value) {
  SQLite::Statement row(
      db, fmt::format("SELECT {} FROM operations WHERE {} ORDER BY sequence DESC LIMIT 1", kColumns,
                      where));
  row.bind(1, value);
  return load_one(db, row);
}

std::optional<Operation> load_running(SQLite::Database& db) {
  return load_newest(db, "outcome = ?", "running");
}

std::optional<Operation> load_operation(SQLite::Database& db, const std::string& id) {
  return load_newest(db, "id = ?", id);
}

std::optional<Operation> load_last(SQLite::Database& db) {
  return load_newest(db, "id <> ?", "");
}

void insert_operation(SQLite::Database& db, const Operation& operation) {
  SQLite::Statement insert(
      db,
      "INSERT INTO operations (id, kind, description, request_id, parameters, requested_by, "
      "build_url, replay_of, host, tool_version, scheduled_ms, started_ms, heartbeat_ms, "
      "heartbeat_boottime_ms, boot_id, epoch, target_archive, snapshot_archive, safety_inherited, "
      "rollback_on_failure, clock_jump, no_safety) "
      "VALUES (?, ?, ?, nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  SQLite::bind(insert, operation.id, to_text(operation.kind), operation.description,
               operation.request_id, operation.parameters, operation.requested_by,
               operation.build_url, operation.replay_of, operation.host, operation.tool_version,
               operation.scheduled_ms, operation.started_ms, operation.heartbeat_ms,
               operation.heartbeat_boottime_ms, operation.boot_id, operation.epoch,
               operation.target_archive, operation.snapshot_archive, operation.safety_inherited,
               operation.rollback_on_failure, operation.clock_jump, operation.no_safety);
  insert.exec();
  insert_exceptions(db, operation);
}

bool update_operation(SQLite::Database& db, const Operation& operation) {
  SQLite::Statement update(
      db,
      "UPDATE operations SET phase = ?, progress = ?, snapshot_archive = ?, safety_inherited = ?, "
      "target_verified = ?, snapshot_verified = ?, destroy_began = ?, proved = ?, "
      "rolling_back = ?, outcome = ?, error = ?, heartbeat_ms = ?, heartbeat_boottime_ms = ?, "
      "boot_id = ?, percent = ?, finished_ms = ?, clock_jump = ?, ended_as = ?, no_safety = ?, "
      "seconds_left = ? "
      "WHERE id = ? AND epoch = ? AND outcome = 'running'");
  SQLite::bind(update, operation.phase, operation.progress, operation.snapshot_archive,
               operation.safety_inherited, operation.target_verified, operation.snapshot_verified,
               operation.destroy_began, operation.proved, operation.rolling_back,
               to_text(operation.outcome), operation.error, operation.heartbeat_ms,
               operation.heartbeat_boottime_ms, operation.boot_id);
  bind_optional(update, 15, operation.percent);
  bind_optional(update, 16, operation.finished_ms);
  update.bind(17, operation.clock_jump);
  update.bind(18, operation.ended_as);
  update.bind(19, operation.no_safety);
  bind_optional(update, 20, operation.seconds_left);
  update.bind(21, operation.id);
  update.bind(22, operation.epoch);
  return update.exec() == 1;
}

EnvironmentRow load_environment(SQLite::Database& db) {
  SQLite::Statement row(db,
                        "SELECT name, state, epoch, machine_id, maintenance_return, "
                        "restoring_from, safety_archive, newest_time_ms, maintenance_since_ms, "
                        "maintenance_since_boottime_ms, maintenance_boot_id FROM environment");
  if (!row.executeStep())
    throw core::Error(core::ExitCode::kState, "the state file holds no environment",
                      "put it back from the server's disk backup");
  Columns columns(row);
  EnvironmentRow environment;
  environment.name = columns.text();
  environment.state = environment_state_from_text(columns.text());
  environment.epoch = columns.number();
  environment.machine_id = columns.text();
  if (const auto on = columns.optional_number()) environment.maintenance_return = *on != 0;
  environment.restoring_from = columns.text();
  environment.safety_archive = columns.text();
  environment.newest_time_ms = columns.number();
  if (const auto since = columns.optional_number())
    environment.maintenance_since = Moment{*since, columns.number(), columns.text()};
  SQLite::Statement resources(db, "SELECT name, state FROM environment_resources");
  while (resources.executeStep())
    environment.resources[resources.getColumn(0).getString()] =
        environment_state_from_text(resources.getColumn(1).getString());
  return environment;
}

void save_environment(SQLite::Database& db, const EnvironmentRow& row) {
  SQLite::Statement update(
      db,
      "UPDATE environment SET state = ?, epoch = ?, machine_id = ?, restoring_from = ?, "
      "safety_archive = ?, newest_time_ms = ?, maintenance_return = ?, maintenance_since_ms = ?, "
      "maintenance_since_boottime_ms = ?, maintenance_boot_id = ?");
  SQLite::bind(update, to_text(row.state), row.epoch, row.machine_id, row.restoring_from,
               row.safety_archive, row.newest_time_ms);
  bind_optional(update, 7, row.maintenance_return);
  const auto& since = row.maintenance_since;
  bind_optional(update, 8, since ? std::optional(since->unix_ms) : std::nullopt);
  bind_optional(update, 9, since ? std::optional(since->boottime_ms) : std::nullopt);
  update.bind(10, since ? since->boot_id : "");
  update.exec();
  db.exec("DELETE FROM environment_resources");
  SQLite::Statement insert(db, "INSERT INTO environment_resources VALUES (?, ?)");
  for (const auto& [name, state] : row.resources) {
    SQLite::bind(insert, name, to_text(state));
    insert.exec();
    insert.reset();
  }
}

void add_audit(SQLite::Database& db, std::int64_t at_ms, const std::string& operation_id,
               const std::string& who, const std::string& what) {
  SQLite::Statement insert(
      db, "INSERT INTO audit (at_ms, operation_id, who, what) VALUES (?, ?, ?, ?)");
  SQLite::bind(insert, at_ms, operation_id, who, what);
  insert.exec();
}

}  // namespace state
