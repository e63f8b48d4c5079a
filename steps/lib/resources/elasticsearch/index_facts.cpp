#include "resources/elasticsearch/index_facts.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/elasticsearch/json_ranges.hpp"
#include "resources/elasticsearch/scratch_names.hpp"

namespace resources::elasticsearch {

using core::Error;
using core::ExitCode;

namespace {

json::Value settings_and_aliases(const std::string& answer, const std::string& name) {
  for (const auto& [key, value] : members_of(answer))
    if (decode_string(fmt::format("\"{}\"", key)) == name)
      return json::parse(value, "index " + name);
  return {};
}

std::string number_of_primary(const json::Value& copies) {
  for (const auto& copy : copies.as_array())
    if (copy.at("routing").get_bool("primary") && copy.contains("seq_no"))
      return std::to_string(copy.at("seq_no").get_int("max_seq_no"));
  return "";
}

// Empty where a primary does not run.
std::string numbers_of(const json::Value& index) {
  std::string text;
  for (const auto& [shard, copies] : index.at("shards").as_object()) {
    const auto number = number_of_primary(copies);
    if (number.empty()) return "";
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", shard, number);
  }
  return text;
}

[[noreturn]] void refuse_incomplete(const std::string& name) {
  throw Error(ExitCode::kServiceError, fmt::format("not every shard of index {} answers", name),
              "bring its shards back (see _cluster/allocation/explain), then run the same again");
}

}  // namespace

std::optional<IndexFacts> look_at(Cluster& cluster, const std::string& name) {
  const auto answer = cluster.get_if_there(path_of(name,
                                                   "?flat_settings=true&expand_wildcards=all"
                                                   "&filter_path=*.settings,*.aliases"),
                                           "looking at index " + name);
  if (!answer) return std::nullopt;
  const auto found = settings_and_aliases(*answer, name);
  if (found.is_null()) return std::nullopt;
  IndexFacts facts;
  const auto* settings = found.find("settings");
  if (settings != nullptr) {
    facts.uuid = settings->get_string("index.uuid");
    facts.source_uuid = settings->get_string("index.resize.source.uuid");
  }
  if (const auto* aliases = found.find("aliases"))
    for (const auto& [alias, properties] : aliases->as_object())
      if (const auto origin = origin_of(alias); !origin.empty()) {
        facts.source_uuid = origin;
        facts.origin_alias = alias;
      }
  return facts;
}

std::string sequence_of(Cluster& cluster, const std::string& name) {
  const auto stats =
      cluster.get_json(path_of(name,
                               "/_stats?level=shards&expand_wildcards=all"
                               "&filter_path=_shards,indices.*.shards.*.seq_no.max_seq_no,"
                               "indices.*.shards.*.routing.primary"),
                       "reading the state of index " + name);
  const auto* indices = stats.find("indices");
  const auto* index = indices == nullptr ? nullptr : indices->find(name);
  if (index == nullptr || !is_started(cluster, name)) refuse_incomplete(name);
  auto text = numbers_of(*index);
  if (text.empty()) refuse_incomplete(name);
  return text;
}

std::map<std::string, std::string> histories(Cluster& cluster) {
  const auto stats = cluster.get_json(
      "/_stats?level=shards&expand_wildcards=open,hidden&filter_path=indices.*.uuid,"
      "indices.*.shards.*.seq_no.max_seq_no,indices.*.shards.*.routing.primary",
      "reading the state of the indices");
  std::map<std::string, std::string> found;
  const auto* indices = stats.find("indices");
  if (indices == nullptr) return found;
  for (const auto& [name, index] : indices->as_object())
    if (index.contains("shards"))
      if (const auto numbers = numbers_of(index); !numbers.empty())
        found[name] = index.get_string("uuid") + " " + numbers;
  return found;
}

std::uint64_t count_of(Cluster& cluster, const std::string& name) {
  cluster.call("POST", path_of(name, "/_refresh"), {}, "refreshing " + name);
  const auto answer = cluster.get_json(path_of(name, "/_count"), "counting " + name);
  const auto& shards = answer.at("_shards");
  if (shards.get_uint("successful") != shards.get_uint("total")) refuse_incomplete(name);
  return answer.get_uint("count");
}

bool is_started(Cluster& cluster, const std::string& name) {
  const auto health = cluster.get_json(
      "/_cluster/health" + path_of(name) + "?level=indices&timeout=0s&expand_wildcards=all",
      "asking for the health of index " + name);
  const auto* indices = health.find("indices");
  const auto* index = indices == nullptr ? nullptr : indices->find(name);
  return index != nullptr && index->get_uint("active_primary_shards") > 0 &&
         index->get_uint("active_primary_shards") == index->get_uint("number_of_shards");
}

namespace {

std::string deciders_text(const json::Value& explained) {
  if (const auto* nodes = explained.find("node_allocation_decisions"))
    for (const auto& node : nodes->as_array())
      if (const auto* deciders = node.find("deciders"))
        for (const auto& decider : deciders->as_array())
          if (decider.get_string("decision") == "NO") return decider.get_string("explanation");
  return explained.get_string("allocate_explanation", "its shard is not placed on any node");
}

}  // namespace

std::string why_not_started(Cluster& cluster, const std::string& name) {
  const auto body = fmt::format(R"({{"index":{},"shard":0,"primary":true}})", encode_string(name));
  http::Request request;
  request.method = "GET";
  request.url = "/_cluster/allocation/explain";
  request.body = body;
  request.headers.emplace_back("Content-Type", "application/json");
  const auto response = cluster.send(request);
  if (!response.ok()) return "";
  const auto explained = json::parse(response.body, "allocation of a shard");
  const auto can = explained.get_string("can_allocate");
  if (explained.get_string("current_state") != "unassigned" || can == "yes" || can == "throttled" ||
      can == "awaiting_info" || can.empty())
    return "";
  return deciders_text(explained);
}

std::uint64_t data_nodes(Cluster& cluster) {
  return cluster.get_json("/_cluster/health?timeout=0s", "asking for the nodes")
      .get_uint("number_of_data_nodes", 1);
}

std::string cluster_setting(Cluster& cluster, const std::string& key) {
  const auto all = cluster.get_json(
      "/_cluster/settings?flat_settings=true&include_defaults=true&filter_path=*." +
          key.substr(0, key.find('.')) + "*",
      "reading the setting " + key);
  for (const auto* level : {"transient", "persistent", "defaults"})
    if (const auto* settings = all.find(level))
      if (const auto* value = settings->find(key))
        return value->is_string() ? value->as_string() : json::dump(*value);
  return "";
}

}  // namespace resources::elasticsearch
