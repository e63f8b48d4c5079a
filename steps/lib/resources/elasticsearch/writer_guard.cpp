#include "resources/elasticsearch/writer_guard.hpp"

#include <fmt/format.h>

#include "resources/elasticsearch/index_facts.hpp"
#include "resources/elasticsearch/members.hpp"

namespace resources::elasticsearch {

namespace {

constexpr const char* kPart = "automatic creation of indices";
constexpr const char* kKey = "action.auto_create_index";
// Below the one of IndexMaker, above any of the users'.
constexpr const char* kTemplate =
    R"({{"index_patterns":{},"priority":2147483645,"allow_auto_create":false,"template":{{}}}})";

json::Value settings_of_cluster(Cluster& cluster) {
  return cluster.get_json("/_cluster/settings?flat_settings=true",
                          "reading the settings of the cluster");
}

// Where it acts: what is transient goes before what is persistent.
json::Value recorded_before(Cluster& cluster) {
  const auto all = settings_of_cluster(cluster);
  json::Value before = json::Value::object();
  const auto* transient = all.at("transient").find(kKey);
  const auto* persistent = all.at("persistent").find(kKey);
  before.set("level", transient != nullptr ? "transient" : "persistent");
  const auto* value = transient != nullptr ? transient : persistent;
  before.set("value", value == nullptr ? json::Value() : *value);
  before.set("acts", cluster_setting(cluster, kKey));
  return before;
}

void put_setting(Cluster& cluster, const std::string& level, const json::Value& value) {
  json::Value settings = json::Value::object();
  settings.set(kKey, value);
  json::Value body = json::Value::object();
  body.set(level, std::move(settings));
  cluster.call("PUT", "/_cluster/settings", json::dump(body), "setting " + std::string(kKey));
}

// The list is read from its beginning: the first pattern that matches decides.
std::string without(const std::set<std::string>& names, const std::string& acts) {
  std::string list;
  for (const auto& name : names) list += "-" + name + ",";
  return list + (acts == "true" || acts.empty() ? "+*" : acts);
}

}  // namespace

void WriterGuard::close(const std::set<std::string>& names) {
  if (names.empty()) return;
  const auto recorded = m_context.moves.moves(kResource);
  auto before = json::Value::object();
  if (const auto found = recorded.find(kPart); found != recorded.end())
    before = json::parse(found->second, kPart);
  else if (m_cluster.flavour() == Flavour::kOpensearch)
    before = recorded_before(m_cluster);
  m_context.moves.record(kResource, kPart, json::dump(before));
  m_context.lease.check();
  if (m_cluster.flavour() == Flavour::kOpensearch) {
    const auto acts = before.get_string("acts");
    if (acts != "false") put_setting(m_cluster, before.get_string("level"), without(names, acts));
    return;
  }
  json::Value patterns = json::Value::array();
  for (const auto& name : names) patterns.push_back(name);
  m_cluster.call("PUT", "/_index_template/" + m_scratch.guard_template(),
                 fmt::format(kTemplate, json::dump(patterns)),
                 "keeping writers from making indices");
}

void WriterGuard::open() {
  const auto recorded = m_context.moves.moves(kResource);
  const auto found = recorded.find(kPart);
  if (found == recorded.end()) return;
  m_context.lease.check();
  if (m_cluster.flavour() == Flavour::kOpensearch) {
    const auto before = json::parse(found->second, kPart);
    if (before.get_string("acts") != "false")
      put_setting(m_cluster, before.get_string("level"), before.at("value"));
  } else {
    http::Request request;
    request.method = "DELETE";
    request.url = "/_index_template/" + m_scratch.guard_template();
    const auto response = m_cluster.send(request);
    if (response.status != 404) require(response, "letting writers make indices again");
  }
  m_context.moves.forget(kResource, {kPart});
}

}  // namespace resources::elasticsearch
