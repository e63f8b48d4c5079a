#include "resources/elasticsearch/writer_guard.hpp"

#include <fmt/format.h>

#include "resources/elasticsearch/index_facts.hpp"
#include "resources/elasticsearch/index_maker.hpp"
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

void put_setting(Cluster& cluster, const std::string& level, const json::Value& value) {
  json::Value settings = json::Value::object();
  settings.set(kKey, value);
  json::Value body = json::Value::object();
  body.set(level, std::move(settings));
  cluster.call("PUT", "/_cluster/settings", json::dump(body), "setting " + std::string(kKey));
}

}  // namespace

// The list is read from its beginning: the first pattern that matches decides. The last of ours is
// a name that nobody uses: it tells ours from what was set before.
std::string WriterGuard::last_of_ours() const {
  return fmt::format("-{},", m_scratch.guard_template());
}

std::string WriterGuard::with_ours(const std::set<std::string>& names,
                                   const std::string& acts) const {
  std::string list;
  for (const auto& name : names) list += "-" + name + ",";
  return list + last_of_ours() + (acts == "true" || acts.empty() ? "+*" : acts);
}

json::Value WriterGuard::without_ours(const json::Value& value) const {
  if (!value.is_string()) return value;
  const auto& text = value.as_string();
  const auto ours = text.rfind(last_of_ours());
  if (ours == std::string::npos) return value;
  const auto before = text.substr(ours + last_of_ours().size());
  return before == "+*" ? json::Value() : json::Value(before);
}

// Where it acts: what is transient goes before what is persistent.
json::Value WriterGuard::set_before() {
  const auto all = settings_of_cluster(m_cluster);
  json::Value before = json::Value::object();
  const auto* transient = all.at("transient").find(kKey);
  const auto* persistent = all.at("persistent").find(kKey);
  before.set("level", transient != nullptr ? "transient" : "persistent");
  const auto* value = transient != nullptr ? transient : persistent;
  const auto earlier = value == nullptr ? json::Value() : without_ours(*value);
  const bool has_ours = value != nullptr && json::dump(earlier) != json::dump(*value);
  before.set("value", earlier);
  if (!has_ours)
    before.set("acts", cluster_setting(m_cluster, kKey));
  else
    before.set("acts", earlier.is_string() ? earlier.as_string() : "true");
  before.set("has_ours", has_ours);
  return before;
}

void WriterGuard::close(const std::set<std::string>& names) {
  if (names.empty()) return;
  const auto recorded = m_context.moves.moves(kResource);
  auto before = json::Value::object();
  if (const auto found = recorded.find(kPart); found != recorded.end())
    before = json::parse(found->second, kPart);
  else if (m_cluster.flavour() == Flavour::kOpensearch)
    before = set_before();
  m_context.moves.record(kResource, kPart, json::dump(before));
  m_context.lease.check();
  if (m_cluster.flavour() == Flavour::kOpensearch) {
    const auto acts = before.get_string("acts");
    if (acts != "false") put_setting(m_cluster, before.get_string("level"), with_ours(names, acts));
    return;
  }
  json::Value patterns = json::Value::array();
  for (const auto& name : names) patterns.push_back(name);
  m_cluster.call("PUT", "/_index_template/" + m_scratch.guard_template(),
                 fmt::format(kTemplate, json::dump(patterns)),
                 "keeping writers from making indices");
}

void WriterGuard::open() {
  m_context.lease.check();
  if (m_cluster.flavour() == Flavour::kOpensearch)
    put_setting_back();
  else
    remove_index_template(m_cluster, m_scratch.guard_template());
  if (m_context.moves.moves(kResource).count(kPart) != 0)
    m_context.moves.forget(kResource, {kPart});
}

void WriterGuard::put_setting_back() {
  const auto recorded = m_context.moves.moves(kResource);
  const auto found = recorded.find(kPart);
  const auto before = found == recorded.end() ? set_before() : json::parse(found->second, kPart);
  const bool is_closed =
      found == recorded.end() ? before.get_bool("has_ours") : before.get_string("acts") != "false";
  if (is_closed) put_setting(m_cluster, before.get_string("level"), before.at("value"));
}

}  // namespace resources::elasticsearch
