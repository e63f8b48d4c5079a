#include "publish/view.hpp"

#include <filesystem>

#include "core/clock.hpp"
#include "publish/archive_json.hpp"
#include "publish/operation_json.hpp"
#include "state/catalogue/catalogue.hpp"
#include "state/operations/liveness.hpp"
#include "state/operations/status.hpp"
#include "state/retention/protection.hpp"

namespace publish {

namespace {

json::Value retention_json(const environment::Retention& retention) {
  json::Value value;
  value.set("keep_days", retention.keep_days);
  value.set("keep_last", retention.keep_last);
  value.set("keep_daily", retention.keep_daily);
  value.set("keep_weekly", retention.keep_weekly);
  value.set("keep_monthly", retention.keep_monthly);
  value.set("min_verified", retention.min_verified);
  value.set("restore_grace_days", retention.restore_grace_days);
  return value;
}

// The record says whether an operation owns it; the flag whether somebody else has set it.
const char* maintenance_word(const environment::Environment& environment,
                             const state::EnvironmentRow& row) {
  if (row.maintenance_return) return "operation";
  std::error_code ignored;
  const std::string& flag = environment.maintenance.flag_file;
  return !flag.empty() && std::filesystem::exists(flag, ignored) ? "on" : "off";
}

std::string message(const state::Publication& publication, const state::StateFile& file) {
  state::Status status;
  status.environment = publication.environment;
  status.last = publication.running ? publication.running : publication.last_ended;
  status.step_at_work = state::step_is_running(file.step_lock_path());
  return state::describe(status, file.clock());
}

json::Value now_json(const std::optional<state::LastSeen>& seen) {
  json::Value value;
  value.set("as_of", seen ? time_json(seen->as_of_ms) : json::Value());
  value.set("source", seen ? seen->archive.backup_id : "");
  value.set("resources", seen ? resources_json(seen->archive) : json::Value::array());
  return value;
}

json::Value storage_json(const std::string& folder,
                         const std::map<std::string, state::Decision>& decisions) {
  std::uint64_t total = 0;
  for (const auto& [id, decision] : decisions) total += decision.size_bytes;
  std::error_code failure;
  const auto space = std::filesystem::space(folder, failure);
  json::Value value;
  value.set("archives_bytes", total);
  value.set("free_bytes", failure ? json::Value() : json::Value(space.available));
  value.set("folder", folder);
  return value;
}

json::Value operation_or_null(const std::optional<state::Operation>& operation) {
  return operation ? operation_json(*operation) : json::Value();
}

}  // namespace

state::RetentionRules retention_rules(const environment::Retention& retention) {
  return {retention.keep_days,         retention.keep_last,    retention.keep_daily,
          retention.keep_weekly,       retention.keep_monthly, retention.min_verified,
          retention.restore_grace_days};
}

state::Protected kept_archives(const environment::Environment& environment,
                               const state::StateFile& file,
                               const std::vector<state::ArchiveRecord>& records) {
  auto kept = state::protected_archives(file, retention_rules(environment.retention));
  for (const auto& record : records) {
    std::error_code ignored;
    if (state::went_missing(record) &&
        std::filesystem::exists(environment.archive_path(record.backup_id), ignored))
      kept.emplace(record.backup_id, "was missing and is there again, `verify --all` reads it");
  }
  return kept;
}

View::View(const environment::Environment& environment, const state::StateFile& file)
    : m_environment(environment), m_file(file), m_publication(state::read_publication(file)) {
  const auto rules = retention_rules(environment.retention);
  const auto records = state::list_archives(file);
  for (auto& decision : state::plan_prune(records, rules, file.clock().now_ms(),
                                          kept_archives(environment, file, records)))
    m_decisions.emplace(decision.backup_id, std::move(decision));
}

json::Value View::head() const {
  const auto& row = m_publication.environment;
  json::Value value;
  value.set("view_format", kViewFormat);
  value.set("environment", m_environment.name);
  value.set("revision", m_publication.revision);
  value.set("catalogue_revision", m_publication.catalogue_revision);
  value.set("published_at", core::to_iso8601(m_file.clock().now_ms()));
  value.set("tool_version", TOOL_VERSION);
  value.set("state", state::to_text(row.state));
  value.set("maintenance", maintenance_word(m_environment, row));
  value.set("message", message(m_publication, m_file));
  value.set("way_out", state::way_out(row));
  value.set("restoring_from", row.restoring_from);
  value.set("safety_archive", row.safety_archive);
  value.set("operation", operation_or_null(m_publication.running));
  value.set("last_operation", operation_or_null(m_publication.last_ended));
  value.set("last_restore", restore_json(m_publication.last_restore));
  value.set("now", now_json(m_publication.last_seen));
  value.set("retention", retention_json(m_environment.retention));
  value.set("storage", storage_json(m_environment.archive_folder, m_decisions));
  return value;
}

void View::visit_archives(const std::function<void(json::Value archive)>& visit) const {
  state::visit_archives(m_file, [&](const state::ArchiveRecord& record) {
    const auto decided = m_decisions.find(record.backup_id);
    visit(archive_json(record, decided == m_decisions.end() ? nullptr : &decided->second));
  });
}

}  // namespace publish
