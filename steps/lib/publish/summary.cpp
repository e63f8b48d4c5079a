#include "publish/summary.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/error.hpp"

namespace publish {

namespace {

constexpr std::size_t kLongestText = 200;

void copy(const json::Value& from, json::Value& to, std::string_view key) {
  if (const auto* found = from.find(key)) to.set(key, *found);
}

json::Value of_deployment(const json::Value& detail) {
  json::Value summary = json::Value::object();
  for (const auto* key : {"hash", "branch", "changed_files", "untracked_files", "unpushed_commits"})
    copy(detail, summary, key);
  return summary;
}

std::string tag_and_digest(const json::Value& service) {
  const std::string tag = service.get_string("tag");
  const std::string digest = service.get_string("digest");
  return digest.empty() ? tag : fmt::format("{}@{}", tag, digest);
}

json::Value of_images(const json::Value& detail) {
  json::Value services = json::Value::object();
  if (const auto* list = detail.find("services"); list != nullptr && list->is_array())
    for (const auto& service : list->as_array())
      services.set(service.get_string("service"), tag_and_digest(service));
  json::Value summary;
  summary.set("services", std::move(services));
  return summary;
}

json::Value of_mysql(const json::Value& detail) {
  json::Value summary = json::Value::object();
  if (const auto* server = detail.find("server"))
    summary.set("server",
                fmt::format("{} {}", server->get_string("flavour"), server->get_string("version")));
  copy(detail, summary, "databases");
  if (const auto* tables = detail.find("tables"); tables != nullptr && tables->is_array())
    summary.set("tables", tables->as_array().size());
  return summary;
}

bool is_checksum(const std::string& key) {
  return key.find("sha256") != std::string::npos || key.find("checksum") != std::string::npos;
}

json::Value of_any(const json::Value& detail) {
  json::Value summary = json::Value::object();
  if (!detail.is_object()) return summary;
  for (const auto& [key, value] : detail.as_object()) {
    if (value.is_array())
      summary.set(key, value.as_array().size());
    else if (value.is_object())
      summary.set(key, value.as_object().size());
    else if (!is_checksum(key) && !(value.is_string() && value.as_string().size() > kLongestText))
      summary.set(key, value);
  }
  return summary;
}

}  // namespace

json::Value summarise(const std::string& resource, const json::Value& detail) {
  if (resource == "deployment") return of_deployment(detail);
  if (resource == "images") return of_images(detail);
  if (resource == "mysql") return of_mysql(detail);
  return of_any(detail);
}

json::Value summary_of(const state::ArchiveResource& resource) {
  const bool stored = !resource.summary_json.empty();
  const std::string& text = stored ? resource.summary_json : resource.detail_json;
  if (text.empty()) return json::Value::object();
  try {
    json::Value value = json::parse(text, resource.name);
    return stored ? value : summarise(resource.name, value);
  } catch (const core::Error&) {
    return json::Value::object();
  }
}

}  // namespace publish
