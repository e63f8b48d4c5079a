#include "state/operations/status.hpp"

#include <cstdint>
#include <optional>

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>
#include <fmt/format.h>

#include "core/units.hpp"
#include "state/operations/begin_rules.hpp"
#include "state/operations/liveness.hpp"
#include "state/operations/rows.hpp"

namespace state {

namespace {

std::string describe_running(const Status& status, const core::Clock& clock) {
  const Operation& operation = *status.last;
  const auto silence = core::human_duration(heartbeat_age_ms(operation, clock) / 1000);
  std::string text = fmt::format("running: {}", describe_holder(operation));
  if (operation.percent) text += fmt::format(", {} %", *operation.percent);
  if (status.step_at_work) return text + "; its step is at work.";
  return text + fmt::format(
                    "; no step is at work, last heard of {} ago. If its build has ended, "
                    "`operation reconcile` clears up, or the next build takes over.",
                    silence);
}

std::string describe_ended(const Operation& operation) {
  std::string text =
      fmt::format("last: {}, {} {}", describe_holder(operation), to_text(operation.outcome),
                  core::to_iso8601(operation.finished_ms.value_or(0)));
  if (!operation.snapshot_archive.empty())
    text += fmt::format(", archive {}", operation.snapshot_archive);
  return text + describe_end(operation) + ".";
}

std::string describe_beside(const std::vector<BesideRow>& rows) {
  std::string text;
  for (const auto& [resource, beside, staged_ms, aside_ms] : rows) {
    if (!beside.staged_archive.empty())
      text += fmt::format(" {}: data of {} is staged beside the live data since {}.", resource,
                          beside.staged_archive, core::to_iso8601(staged_ms));
    if (beside.aside_archive == core::kBeingRemoved)
      text += fmt::format(
          " {}: what the last restore replaced is not all removed yet: run `sweep`.", resource);
    else if (!beside.aside_archive.empty())
      text += fmt::format(
          " {}: what was live before the restore is kept beside since {}; a restore of {} brings "
          "it "
          "back in seconds.",
          resource, core::to_iso8601(aside_ms), beside.aside_archive);
  }
  return text;
}

std::string find_declared_live(SQLite::Database& db, const std::optional<Operation>& last) {
  SQLite::Statement select(db,
                           "SELECT who, substr(what, length(?) + 1) FROM audit WHERE at_ms >= ? "
                           "AND substr(what, 1, length(?)) = ? ORDER BY sequence DESC LIMIT 1");
  const std::int64_t since = last ? last->finished_ms.value_or(INT64_MAX) : 0;
  SQLite::bind(select, kDeclaredLive, since, kDeclaredLive, kDeclaredLive);
  if (!select.executeStep()) return "";
  return fmt::format("{} declared it live as it stands: {}", select.getColumn(0).getString(),
                     select.getColumn(1).getString());
}

}  // namespace

std::string describe_end(const Operation& operation) {
  std::string text;
  if (!operation.ended_as.empty()) text += fmt::format(", ended as {}", operation.ended_as);
  if (!operation.error.empty()) text += fmt::format(": {}", operation.error);
  return text;
}

Status read_status(const StateFile& file) {
  Status status;
  file.read([&](SQLite::Database& db) {
    status.environment = load_environment(db);
    status.last = load_last(db);
    status.beside = load_all_beside(db);
    status.declared_live = find_declared_live(db, status.last);
  });
  status.step_at_work = step_is_running(file.step_lock_path());
  return status;
}

std::string way_out(const EnvironmentRow& environment) {
  if (!environment.closed()) return "";
  std::string text = fmt::format(
      "users stay out until a restore has ended: start restore-environment with BackupId {} to "
      "finish it",
      environment.restoring_from);
  if (environment.safety_archive.empty())
    return text + "; there is no safety archive to go back to";
  if (environment.safety_archive == environment.restoring_from) return text;
  return text + fmt::format(
                    ", or with {} to go back to the state before it; what AllowMissing left out of "
                    "that one is then named in SkipResources",
                    environment.safety_archive);
}

std::string describe(const Status& status, const core::Clock& clock) {
  std::string text = fmt::format("environment '{}' is {}", status.environment.name,
                                 to_text(status.environment.state));
  if (status.environment.closed())
    text +=
        fmt::format(" ({}): {}", status.environment.restoring_from, way_out(status.environment));
  text += "." + describe_beside(status.beside) + " ";
  if (!status.last) return text + "no operation has run yet.";
  const bool running = status.last->outcome == Outcome::kRunning;
  text += running ? describe_running(status, clock) : describe_ended(*status.last);
  if (!status.declared_live.empty()) text += fmt::format(" since then {}.", status.declared_live);
  if (!running && !status.environment.closed() && status.environment.maintenance_return)
    text += " maintenance was not returned: run `operation reconcile`.";
  return text;
}

}  // namespace state
