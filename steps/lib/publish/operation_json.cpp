#include "publish/operation_json.hpp"

#include "core/clock.hpp"
#include "state/operations/status.hpp"

namespace publish {

namespace {

template <typename Number>
json::Value number_json(const std::optional<Number>& number) {
  return number ? json::Value(*number) : json::Value();
}

json::Value reasons_json(const std::map<std::string, std::string>& reasons) {
  json::Value value = json::Value::object();
  for (const auto& [resource, reason] : reasons) value.set(resource, reason);
  return value;
}

json::Value exceptions_json(const state::Operation& operation) {
  json::Value value;
  value.set("allow_missing", reasons_json(operation.allow_missing));
  value.set("skip_resources", reasons_json(operation.skip_resources));
  value.set("fresh_server", operation.fresh_server);
  value.set("accept_no_safety", operation.accept_no_safety);
  return value;
}

void add_progress(json::Value& value, const state::Operation& operation) {
  value.set("outcome", state::to_text(operation.outcome));
  value.set("ended_as", operation.ended_as);
  value.set("phase", operation.phase);
  value.set("percent", number_json(operation.percent));
  value.set("progress", operation.progress);
  value.set("seconds_left", number_json(operation.seconds_left));
}

void add_times(json::Value& value, const state::Operation& operation) {
  value.set("scheduled_at", time_json(operation.scheduled_ms));
  value.set("started_at", time_json(operation.started_ms));
  value.set("heartbeat_at", time_json(operation.heartbeat_ms));
  value.set("finished_at", time_json(operation.finished_ms));
}

}  // namespace

json::Value time_json(std::optional<std::int64_t> unix_ms) {
  return unix_ms && *unix_ms > 0 ? json::Value(core::to_iso8601(*unix_ms)) : json::Value();
}

json::Value operation_json(const state::Operation& operation) {
  json::Value value;
  value.set("id", operation.id);
  value.set("kind", state::to_text(operation.kind));
  add_progress(value, operation);
  value.set("build_url", operation.build_url);
  value.set("host", operation.host);
  value.set("requested_by", operation.requested_by);
  value.set("description", operation.description);
  value.set("request_id", operation.request_id);
  add_times(value, operation);
  value.set("target_archive", operation.target_archive);
  value.set("snapshot_archive", operation.snapshot_archive);
  value.set("error", operation.error);
  value.set("rolling_back", operation.rolling_back);
  value.set("exceptions", exceptions_json(operation));
  return value;
}

json::Value restore_json(const std::optional<state::Operation>& restore) {
  if (!restore) return {};
  json::Value value;
  value.set("target_archive", restore->target_archive);
  value.set("safety_archive", restore->snapshot_archive);
  value.set("finished_at", time_json(restore->finished_ms));
  return value;
}

}  // namespace publish
