#include <algorithm>

#include <fmt/format.h>

#include "admin/view/view.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"

namespace admin {

namespace {

constexpr std::int64_t kFormat = 1;

std::int64_t time_of(const json::Value& value, const char* key) {
  const auto text = value.get_string(key);
  return text.empty() ? 0 : core::from_iso8601(text);
}

std::string plain_text(const json::Value& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_array()) {
    std::string text;
    for (const auto& part : value.as_array()) text += (text.empty() ? "" : ", ") + plain_text(part);
    return text;
  }
  return value.is_null() ? "" : json::dump(value);
}

void collect_facts(const json::Value& value, const std::string& path,
                   std::vector<std::pair<std::string, std::string>>& facts) {
  if (!value.is_object()) {
    facts.emplace_back(path, plain_text(value));
    return;
  }
  for (const auto& [key, part] : value.as_object())
    collect_facts(part, path.empty() ? key : path + "." + key, facts);
}

ResourceView parse_resource(const json::Value& value) {
  ResourceView resource;
  resource.name = value.at("name").as_string();
  resource.absent = value.get_string("absent");
  resource.rows = value.get_uint("rows");
  resource.plain_bytes = value.get_uint("plain_bytes");
  resource.stored_bytes = value.get_uint("stored_bytes");
  if (const auto* summary = value.find("summary"); summary != nullptr && summary->is_object())
    collect_facts(*summary, "", resource.facts);
  return resource;
}

// A list, or what Firebase makes of one: an object by key.
template <class Each>
void for_each_item(const json::Value* list, const Each& each) {
  if (list == nullptr || list->is_null()) return;
  if (list->is_object()) {
    for (const auto& [key, item] : list->as_object()) each(item);
    return;
  }
  for (const auto& item : list->as_array())
    if (!item.is_null()) each(item);
}

std::vector<ResourceView> parse_resources(const json::Value& value) {
  std::vector<ResourceView> resources;
  for_each_item(value.find("resources"),
                [&](const json::Value& item) { resources.push_back(parse_resource(item)); });
  return resources;
}

void parse_prune(const json::Value& value, ArchiveView& archive) {
  const auto* prune = value.find("prune");
  if (prune == nullptr || !prune->is_object()) return;
  archive.kept = prune->get_bool("keep", true);
  archive.keep_reason = prune->get_string("reason");
  archive.prune_next = prune->get_bool("next");
}

ArchiveView parse_archive(const json::Value& value) {
  ArchiveView archive;
  archive.backup_id = value.at("backup_id").as_string();
  archive.kind = value.get_string("kind", "backup");
  archive.status = value.get_string("status", "complete");
  archive.description = value.get_string("description");
  archive.requested_by = value.get_string("requested_by");
  archive.created_ms = time_of(value, "created_at");
  archive.completed_ms = time_of(value, "completed_at");
  archive.verified_ms = time_of(value, "verified_at");
  archive.duration_seconds = value.get_int("duration_seconds");
  archive.size_bytes = value.get_uint("size_bytes");
  if (const auto* reason = value.find("pinned"); reason != nullptr && reason->is_string())
    archive.pinned = reason->as_string();
  archive.damage = value.get_string("damage");
  archive.anchored = value.get_bool("anchored", true);
  parse_prune(value, archive);
  archive.resources = parse_resources(value);
  return archive;
}

std::optional<std::int64_t> optional_number(const json::Value& value, const char* key) {
  const auto* number = value.find(key);
  if (number == nullptr || !number->is_number()) return std::nullopt;
  return static_cast<std::int64_t>(number->as_double());
}

void parse_progress(const json::Value& value, OperationView& operation) {
  operation.phase = value.get_string("phase");
  if (const auto percent = optional_number(value, "percent"))
    operation.percent = static_cast<int>(std::clamp<std::int64_t>(*percent, 0, 100));
  operation.progress = value.get_string("progress");
  operation.seconds_left = optional_number(value, "seconds_left");
  operation.started_ms = time_of(value, "started_at");
  operation.heartbeat_ms = time_of(value, "heartbeat_at");
  operation.finished_ms = time_of(value, "finished_at");
  operation.rolling_back = value.get_bool("rolling_back");
}

OperationView parse_operation(const json::Value& value) {
  OperationView operation;
  operation.id = value.get_string("id");
  operation.kind = value.get_string("kind");
  operation.outcome = value.get_string("outcome");
  operation.ended_as = value.get_string("ended_as");
  operation.build_url = value.get_string("build_url");
  operation.requested_by = value.get_string("requested_by");
  operation.description = value.get_string("description");
  operation.request_id = value.get_string("request_id");
  operation.target_archive = value.get_string("target_archive");
  operation.snapshot_archive = value.get_string("snapshot_archive");
  operation.error = value.get_string("error");
  parse_progress(value, operation);
  if (const auto* exceptions = value.find("exceptions"))
    if (const auto* missing = exceptions->find("allow_missing"); missing && missing->is_object())
      for (const auto& [name, reason] : missing->as_object())
        operation.allow_missing[name] = plain_text(reason);
  return operation;
}

std::optional<OperationView> optional_operation(const json::Value& document, const char* key) {
  const auto* value = document.find(key);
  if (value == nullptr || !value->is_object()) return std::nullopt;
  return parse_operation(*value);
}

void parse_now(const json::Value& document, View& view) {
  const auto* now = document.find("now");
  if (now == nullptr || !now->is_object()) return;
  view.now_ms = time_of(*now, "as_of");
  view.now_source = now->get_string("source");
  view.now = parse_resources(*now);
}

void parse_last_restore(const json::Value& document, View& view) {
  const auto* last = document.find("last_restore");
  if (last == nullptr || !last->is_object()) return;
  view.undo_archive = last->get_string("safety_archive");
  view.undo_target = last->get_string("target_archive");
  view.undo_ms = time_of(*last, "finished_at");
}

void parse_storage(const json::Value& document, View& view) {
  if (const auto* retention = document.find("retention"); retention && retention->is_object())
    for (const auto& [name, value] : retention->as_object())
      if (value.is_number()) view.retention.emplace_back(name, value.as_int());
  if (const auto* storage = document.find("storage")) {
    view.archives_bytes = storage->get_uint("archives_bytes");
    view.free_bytes = storage->get_uint("free_bytes");
    view.archive_folder = storage->get_string("folder");
  }
}

void check_origin(const json::Value& document, const std::string& environment) {
  const auto format = document.at("view_format").as_int();
  if (format > kFormat)
    throw core::Error(core::ExitCode::kIntegrity,
                      fmt::format("the view has format {}, this service knows {}", format, kFormat),
                      "install the version of athena-admin that belongs to the steps");
  if (const auto name = document.at("environment").as_string(); name != environment)
    throw core::Error(
        core::ExitCode::kIntegrity,
        fmt::format("the view is of environment '{}', not of '{}'", name, environment),
        "correct view_file or view_url in athena-admin.json");
}

}  // namespace

const ArchiveView* View::find(const std::string& backup_id) const {
  for (const auto& archive : archives)
    if (archive.backup_id == backup_id) return &archive;
  return nullptr;
}

const ArchiveView* View::newest_verified() const {
  for (const auto& archive : archives)
    if (archive.verified()) return &archive;
  return nullptr;
}

View parse_view(const json::Value& document, const std::string& environment) {
  check_origin(document, environment);
  View view;
  view.environment = environment;
  view.revision = document.get_int("revision");
  view.published_ms = time_of(document, "published_at");
  view.state = document.get_string("state", "live");
  view.maintenance = document.get_string("maintenance", "off");
  view.message = document.get_string("message");
  view.way_out = document.get_string("way_out");
  view.restoring_from = document.get_string("restoring_from");
  view.safety_archive = document.get_string("safety_archive");
  view.operation = optional_operation(document, "operation");
  view.last_operation = optional_operation(document, "last_operation");
  parse_last_restore(document, view);
  parse_now(document, view);
  parse_storage(document, view);
  for_each_item(document.find("archives"),
                [&](const json::Value& item) { view.archives.push_back(parse_archive(item)); });
  std::stable_sort(
      view.archives.begin(), view.archives.end(),
      [](const auto& left, const auto& right) { return left.created_ms > right.created_ms; });
  return view;
}

}  // namespace admin
