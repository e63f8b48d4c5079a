#include "operation/status_json.hpp"

#include "core/clock.hpp"

namespace operation {

namespace {

json::Value phases_json(const state::Operation& operation) {
  json::Value list = json::Value::array();
  for (const auto& phase : operation.phases) {
    json::Value entry;
    entry.set("name", phase.name);
    entry.set("rollback", phase.rollback);
    entry.set("started_at", core::to_iso8601(phase.started_ms));
    entry.set("ended_at",
              phase.ended_ms ? json::Value(core::to_iso8601(*phase.ended_ms)) : json::Value());
    entry.set("exit_code", phase.exit_code ? json::Value(*phase.exit_code) : json::Value());
    entry.set("message", phase.message);
    list.push_back(std::move(entry));
  }
  return list;
}

json::Value exceptions_json(const state::Operation& operation) {
  json::Value value = json::Value::object();
  const auto add = [&](const char* name, const std::map<std::string, std::string>& reasons) {
    json::Value list = json::Value::object();
    for (const auto& [resource, reason] : reasons) list.set(resource, reason);
    if (!reasons.empty()) value.set(name, std::move(list));
  };
  add("allow_missing", operation.allow_missing);
  add("skip_resources", operation.skip_resources);
  if (!operation.fresh_server.empty()) value.set("fresh_server", operation.fresh_server);
  if (!operation.accept_no_safety.empty())
    value.set("accept_no_safety", operation.accept_no_safety);
  return value;
}

json::Value operation_json(const state::Operation& operation) {
  json::Value value;
  value.set("operation_id", operation.id);
  value.set("kind", state::to_text(operation.kind));
  value.set("description", operation.description);
  value.set("requested_by", operation.requested_by);
  value.set("build_url", operation.build_url);
  value.set("request_id", operation.request_id);
  value.set("replay_of", operation.replay_of);
  value.set("started_at", core::to_iso8601(operation.started_ms));
  value.set("finished_at", operation.finished_ms
                               ? json::Value(core::to_iso8601(*operation.finished_ms))
                               : json::Value());
  value.set("heartbeat_at", core::to_iso8601(operation.heartbeat_ms));
  value.set("phase", operation.phase);
  value.set("percent", operation.percent ? json::Value(*operation.percent) : json::Value());
  value.set("progress", operation.progress);
  value.set("target_archive", operation.target_archive);
  value.set("snapshot_archive", operation.snapshot_archive);
  value.set("outcome", state::to_text(operation.outcome));
  value.set("ended_as", operation.ended_as);
  value.set("error", operation.error);
  value.set("exceptions", exceptions_json(operation));
  value.set("phases", phases_json(operation));
  return value;
}

}  // namespace

namespace {

json::Value beside_json(const std::vector<state::BesideRow>& rows) {
  json::Value list = json::Value::array();
  for (const auto& row : rows) {
    json::Value entry;
    entry.set("resource", row.resource);
    entry.set("staged_archive", row.beside.staged_archive);
    entry.set("staged_proved", row.beside.staged_proved);
    entry.set("aside_archive", row.beside.aside_archive);
    entry.set("aside_droppable", row.beside.aside_droppable);
    if (!row.beside.staged_archive.empty()) entry.set("staged_at", core::to_iso8601(row.staged_ms));
    if (!row.beside.aside_archive.empty()) entry.set("aside_at", core::to_iso8601(row.aside_ms));
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace

json::Value to_json(const state::Status& status) {
  json::Value value;
  value.set("environment", status.environment.name);
  value.set("state", state::to_text(status.environment.state));
  value.set("restoring_from", status.environment.restoring_from);
  value.set("safety_archive", status.environment.safety_archive);
  value.set("maintenance_owned", status.environment.maintenance_return.has_value());
  value.set("way_out", state::way_out(status.environment));
  value.set("step_at_work", status.step_at_work);
  value.set("beside", beside_json(status.beside));
  value.set("operation", status.last ? operation_json(*status.last) : json::Value());
  return value;
}

}  // namespace operation
