#include "publish/archive_json.hpp"

#include <algorithm>

#include "publish/operation_json.hpp"
#include "publish/summary.hpp"

namespace publish {

namespace {

template <typename Optional>
json::Value or_null(const Optional& value) {
  return value ? json::Value(*value) : json::Value();
}

json::Value resource_json(const state::ArchiveResource& resource) {
  json::Value value;
  value.set("name", resource.name);
  value.set("absent", or_null(resource.absent));
  value.set("rows", resource.rows);
  value.set("plain_bytes", resource.plain_bytes);
  value.set("stored_bytes", resource.stored_bytes);
  value.set("summary", summary_of(resource));
  return value;
}

json::Value prune_json(const state::Decision* decision) {
  json::Value value;
  value.set("keep", decision == nullptr || decision->keep);
  value.set("reason", decision == nullptr ? "" : decision->reason);
  value.set("next", decision != nullptr && !decision->keep);
  return value;
}

json::Value duration_json(const state::ArchiveRecord& record) {
  if (record.completed_ms == 0) return {};
  return std::max<std::int64_t>(0, record.completed_ms - record.created_ms) / 1000;
}

}  // namespace

json::Value resources_json(const state::ArchiveRecord& record) {
  json::Value list = json::Value::array();
  for (const auto& resource : record.resources) list.push_back(resource_json(resource));
  return list;
}

json::Value archive_json(const state::ArchiveRecord& record, const state::Decision* decision) {
  json::Value value;
  value.set("backup_id", record.backup_id);
  value.set("kind", record.kind);
  value.set("status", state::to_text(record.status));
  value.set("description", record.description);
  value.set("requested_by", record.requested_by);
  value.set("created_at", time_json(record.created_ms));
  value.set("completed_at", time_json(record.completed_ms));
  value.set("duration_seconds", duration_json(record));
  value.set("verified_at", time_json(record.verified_ms));
  value.set("size_bytes", record.size_bytes);
  value.set("pinned", or_null(record.pinned));
  value.set("damage", record.damage);
  value.set("anchored", record.anchored);
  value.set("resources", resources_json(record));
  value.set("prune", prune_json(decision));
  return value;
}

}  // namespace publish
