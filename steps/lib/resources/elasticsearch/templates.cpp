#include "resources/elasticsearch/templates.hpp"

#include <array>

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/elasticsearch/index_definition.hpp"
#include "resources/elasticsearch/json_ranges.hpp"
#include "resources/elasticsearch/scratch_names.hpp"

namespace resources::elasticsearch {

namespace {

// In the order in which they are put back: later ones may name earlier ones.
struct Kind {
  std::string_view key;      // in our text
  const char* path;          // of the API
  std::string_view list;     // the answer's list; empty: the answer is an object by name
  std::string_view element;  // of an entry of that list
  const char* singular;
};
constexpr std::array<Kind, 4> kKinds{
    Kind{"pipelines", "/_ingest/pipeline", "", "", "pipeline"},
    Kind{"component_templates", "/_component_template", "component_templates", "component_template",
         "component template"},
    Kind{"index_templates", "/_index_template", "index_templates", "index_template",
         "index template"},
    Kind{"legacy_templates", "/_template", "", "", "template"}};

bool is_managed(std::string_view body) {
  const auto meta = find_member(body, "_meta");
  return meta && meta->front() == '{' && find_member(*meta, "managed").value_or("") == "true";
}

struct Entry {
  std::string name;
  std::string_view body;
};

std::vector<Entry> entries_of(const Kind& kind, std::string_view answer) {
  std::vector<Entry> entries;
  if (kind.list.empty()) {
    for (const auto& [key, value] : members_of(answer))
      entries.push_back({decode_string(fmt::format("\"{}\"", key)), trimmed(value)});
  } else {
    for (const auto element : elements_of(member(answer, kind.list)))
      entries.push_back({decode_string(member(element, "name")), member(element, kind.element)});
  }
  return entries;
}

// The answers of GET hold figures that PUT does not take.
std::string without_servers_own(std::string_view body) {
  std::string kept = "{";
  for (const auto& [key, value] : members_of(body)) {
    if (key == "created_date" || key == "modified_date" || key == "created_date_millis" ||
        key == "modified_date_millis")
      continue;
    kept += fmt::format("{}\"{}\":{}", kept.size() > 1 ? "," : "", key, trimmed(value));
  }
  return kept + "}";
}

std::string fetch_kind(Cluster& cluster, const Kind& kind) {
  std::string text = "{";
  const auto answer = cluster.get_if_there(kind.path, fmt::format("reading {}s", kind.singular));
  if (!answer) return "{}";
  for (const auto& [name, body] : entries_of(kind, *answer)) {
    if (name.empty() || name.front() == '.' || is_scratch_template(name) || is_managed(body))
      continue;
    text += fmt::format("{}\n  {}: {}", text.size() > 1 ? "," : "", encode_string(name),
                        without_servers_own(body));
  }
  return text + "}";
}

}  // namespace

std::string fetch_templates(Cluster& cluster) {
  std::string text;
  for (const auto& kind : kKinds)
    text += fmt::format("{}\"{}\": {}", text.empty() ? "{" : ",\n", kind.key,
                        fetch_kind(cluster, kind));
  return text + "}\n";
}

void put_templates(Cluster& cluster, const std::string& text, const std::function<void()>& before) {
  for (const auto& kind : kKinds)
    for (const auto& [key, body] : members_of(member(text, kind.key))) {
      const auto name = decode_string(fmt::format("\"{}\"", key));
      if (is_scratch_template(name)) continue;
      before();
      cluster.call("PUT", fmt::format("{}/{}", kind.path, http::encode_part(name)), trimmed(body),
                   fmt::format("putting {} {} back", kind.singular, name));
    }
}

std::vector<std::string> templates_added(const std::string& before, const std::string& text) {
  std::vector<std::string> added;
  for (const auto& kind : kKinds)
    for (const auto& [key, body] : members_of(member(text, kind.key)))
      if (!is_scratch_template(key) && !find_member(member(before, kind.key), key))
        added.push_back(fmt::format("{}/{}", kind.key, decode_string(fmt::format("\"{}\"", key))));
  return added;
}

void remove_templates(Cluster& cluster, const std::vector<std::string>& added,
                      const std::function<void()>& before) {
  for (auto kind = kKinds.rbegin(); kind != kKinds.rend(); ++kind)
    for (const auto& one : added) {
      const auto slash = one.find('/');
      if (one.substr(0, slash) != kind->key) continue;
      const auto name = one.substr(slash + 1);
      before();
      http::Request request;
      request.method = "DELETE";
      request.url = fmt::format("{}/{}", kind->path, http::encode_part(name));
      const auto response = cluster.send(request);
      if (response.status != 404)
        require(response, fmt::format("removing {} {}", kind->singular, name));
    }
}

std::vector<Difference> compare_templates(const std::string& archived, const std::string& live) {
  std::vector<Difference> differences;
  for (const auto& kind : kKinds) {
    const auto found = member(live, kind.key);
    for (const auto& [key, body] : members_of(member(archived, kind.key))) {
      if (is_scratch_template(key)) continue;  // one of an archive made before they were left out
      const auto other = find_member(found, key);
      if (other && same_json(body, *other)) continue;
      differences.push_back({fmt::format("{} {}", kind.singular, key), "as archived",
                             other ? "different" : "absent"});
    }
  }
  return differences;
}

}  // namespace resources::elasticsearch
