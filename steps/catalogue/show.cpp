#include "catalogue/show.hpp"

#include <fmt/format.h>

#include "catalogue/table.hpp"
#include "core/clock.hpp"
#include "core/units.hpp"

namespace catalogue {

namespace {

json::Value time_or_null(std::optional<std::int64_t> ms) {
  return ms && *ms > 0 ? json::Value(core::to_iso8601(*ms)) : json::Value();
}

// A detail that does not parse is shown as it stands rather than hidden.
json::Value detail_of(const state::ArchiveResource& resource) {
  if (resource.detail_json.empty()) return json::Value::object();
  try {
    return json::parse(resource.detail_json, resource.name);
  } catch (const std::exception&) {
    return json::Value(resource.detail_json);
  }
}

json::Value resource_json(const state::ArchiveResource& resource) {
  json::Value value;
  value.set("name", resource.name);
  value.set("absent", resource.absent ? json::Value(*resource.absent) : json::Value());
  value.set("rows", resource.rows);
  value.set("plain_bytes", resource.plain_bytes);
  value.set("stored_bytes", resource.stored_bytes);
  value.set("detail", detail_of(resource));
  return value;
}

std::string scalar_text(const json::Value& value) {
  return value.is_string() ? value.as_string() : json::dump(value);
}

// {"service": "web", "tag": "1.2"} -> "service web, tag 1.2"; nested values are left out.
std::string one_line(const json::Value& value) {
  if (!value.is_object()) return scalar_text(value);
  std::string line;
  for (const auto& [key, item] : value.as_object())
    if (!item.is_object() && !item.is_array() && !item.is_null())
      line += fmt::format("{}{} {}", line.empty() ? "" : ", ", key, scalar_text(item));
  return line;
}

std::string detail_text(const state::ArchiveResource& resource) {
  constexpr std::size_t kMostLines = 50;
  const json::Value detail = detail_of(resource);
  if (!detail.is_object()) return "";
  std::string text;
  for (const auto& [key, value] : detail.as_object()) {
    if (value.is_null() || value.is_object()) continue;
    if (!value.is_array()) {
      text += fmt::format("  {}: {}\n", key, shown(scalar_text(value)).text);
      continue;
    }
    std::size_t lines = 0;
    for (const auto& item : value.as_array())
      if (lines++ < kMostLines) text += fmt::format("  {}: {}\n", key, shown(one_line(item)).text);
    if (lines > kMostLines) text += fmt::format("  {}: and {} more\n", key, lines - kMostLines);
  }
  return text.empty() ? "" : fmt::format("\n{}:\n{}", shown(resource.name).text, text);
}

std::string resources_text(const state::ArchiveRecord& record) {
  Table table({"RESOURCE", "ROWS", "PLAIN", "STORED", ""});
  for (const auto& resource : record.resources)
    table.add({resource.name, std::to_string(resource.rows),
               core::human_bytes(resource.plain_bytes), core::human_bytes(resource.stored_bytes),
               resource.absent ? "absent: " + *resource.absent : ""});
  return table.text();
}

}  // namespace

std::string state_of(const state::ArchiveRecord& record) {
  if (record.status != state::ArchiveStatus::kComplete) return state::to_text(record.status);
  if (!record.anchored) return "unanchored";
  return record.verified_ms ? "verified" : "complete";
}

Table list_table() {
  return Table({"BACKUP ID", "CREATED", "KIND", "STATE", "SIZE", "PINNED", "DESCRIPTION"});
}

void add_row(Table& table, const state::ArchiveRecord& record) {
  table.add({record.backup_id, core::to_iso8601(record.created_ms), record.kind, state_of(record),
             core::human_bytes(record.size_bytes), record.pinned ? "pinned" : "",
             record.description});
}

json::Value to_json(const state::ArchiveRecord& record) {
  json::Value value;
  value.set("backup_id", record.backup_id);
  value.set("kind", record.kind);
  value.set("state", state_of(record));
  value.set("description", record.description);
  value.set("requested_by", record.requested_by);
  value.set("operation_id", record.operation_id);
  value.set("created_at", core::to_iso8601(record.created_ms));
  value.set("completed_at", time_or_null(record.completed_ms));
  value.set("verified_at", time_or_null(record.verified_ms));
  value.set("pruned_at", time_or_null(record.pruned_ms));
  value.set("size_bytes", record.size_bytes);
  value.set("manifest_sha256", record.manifest_sha256);
  value.set("pinned", record.pinned ? json::Value(*record.pinned) : json::Value());
  value.set("damage", record.damage);
  json::Value resources = json::Value::array();
  for (const auto& resource : record.resources) resources.push_back(resource_json(resource));
  value.set("resources", std::move(resources));
  return value;
}

std::string show_text(const state::ArchiveRecord& record, const std::string& path) {
  Table table({"BackupId", record.backup_id});
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) table.add({name, value});
  };
  add("kind", record.kind);
  add("state", state_of(record));
  add("damage", record.damage);
  add("description", record.description);
  add("requested by", record.requested_by);
  add("created", core::to_iso8601(record.created_ms));
  if (record.verified_ms) add("verified", core::to_iso8601(*record.verified_ms));
  if (record.pruned_ms) add("pruned", core::to_iso8601(*record.pruned_ms));
  add("size", core::human_bytes(record.size_bytes));
  add("file", path);
  add("manifest", record.manifest_sha256);
  if (record.pinned) add("pinned", *record.pinned);
  std::string text = table.text() + "\n" + resources_text(record);
  for (const auto& resource : record.resources) text += detail_text(resource);
  return text;
}

}  // namespace catalogue
