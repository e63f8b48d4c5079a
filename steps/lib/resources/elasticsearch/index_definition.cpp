#include "resources/elasticsearch/index_definition.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/elasticsearch/json_ranges.hpp"

namespace resources::elasticsearch {

namespace {

constexpr std::string_view kBlocks = "index.blocks.";
constexpr std::string_view kHidden = "index.hidden";

// Set by the server itself (one by its disk watermark; `archived`: what a newer server no longer
// understood); an entry with a dot at its end stands for all below it.
constexpr std::array<std::string_view, 14> kServersOwn{"index.uuid",
                                                       "index.creation_date",
                                                       "index.creation_date_string",
                                                       "index.provided_name",
                                                       "index.history.uuid",
                                                       "index.version.",
                                                       "index.resize.",
                                                       "index.shrink.",
                                                       "index.split.",
                                                       "index.routing.allocation.initial_recovery.",
                                                       "index.verified_before_close",
                                                       "index.remote_store.",
                                                       "index.blocks.read_only_allow_delete",
                                                       "archived."};

// Added by newer servers to every index that is made without them.
constexpr std::array<std::string_view, 2> kServersDefaults{
    "index.routing.allocation.include._tier_preference", "index.replication.type"};

// While documents are loaded; null: whatever the server takes by default.
const std::vector<std::pair<std::string, json::Value>>& loading() {
  static const std::vector<std::pair<std::string, json::Value>> settings{
      {"index.refresh_interval", "-1"},        {"index.number_of_replicas", "0"},
      {"index.auto_expand_replicas", "false"}, {"index.default_pipeline", "_none"},
      {"index.final_pipeline", "_none"},       {"index.translog.durability", "request"}};
  return settings;
}

bool stands_for(std::string_view entry, std::string_view key) {
  return entry.back() == '.' ? key.substr(0, entry.size()) == entry : key == entry;
}

bool is_servers_own(std::string_view key) {
  return std::any_of(kServersOwn.begin(), kServersOwn.end(),
                     [&](std::string_view entry) { return stands_for(entry, key); });
}

bool is_block(std::string_view key) {
  return key.substr(0, kBlocks.size()) == kBlocks;
}

// A shard is not kept off a node, a write does not wait for copies, and nobody else takes the index
// over while it is made.
constexpr std::array<std::string_view, 7> kHeldBack{"index.lifecycle.",
                                                    "index.plugins.index_state_management.",
                                                    "index.opendistro.index_state_management.",
                                                    "index.routing.allocation.require.",
                                                    "index.routing.allocation.include.",
                                                    "index.routing.allocation.exclude.",
                                                    "index.write.wait_for_active_shards"};

bool is_held_back(std::string_view key) {
  return std::any_of(kHeldBack.begin(), kHeldBack.end(),
                     [&](std::string_view entry) { return stands_for(entry, key); });
}

bool is_replication(std::string_view key) {
  return key == "index.number_of_replicas" || key == "index.auto_expand_replicas";
}

bool is_put_at_the_move(std::string_view key) {
  return is_held_back(key) || is_replication(key) || is_block(key) || key == kHidden;
}

bool expands(const json::Value& settings) {
  const auto expand = settings.get_string("index.auto_expand_replicas", "false");
  return expand != "false";
}

// What belongs to the index and not to the server, by key.
std::map<std::string, std::string> comparable(const json::Value& settings) {
  std::map<std::string, std::string> kept;
  for (const auto& [key, value] : settings.as_object()) {
    if (is_servers_own(key)) continue;
    if (key == "index.number_of_replicas" && expands(settings)) continue;
    if (value.is_null()) continue;  // a copy was told not to take it over
    if (key == "index.routing_partition_size" && value == json::Value("1")) continue;
    kept[key] = value.is_string() ? value.as_string() : json::dump(value);
  }
  return kept;
}

bool same_value(const json::Value& a, const json::Value& b) {
  if (a.is_object() && b.is_object()) {
    const auto& members = a.as_object();
    return members.size() == b.as_object().size() &&
           std::all_of(members.begin(), members.end(), [&](const json::Member& one) {
             const auto* other = b.find(one.first);
             return other != nullptr && same_value(one.second, *other);
           });
  }
  if (a.is_array() && b.is_array())
    return std::equal(a.as_array().begin(), a.as_array().end(), b.as_array().begin(),
                      b.as_array().end(), same_value);
  return a == b;
}

std::string shortened(std::string_view text) {
  std::string line;
  for (const char c : trimmed(text))
    if (static_cast<unsigned char>(c) > ' ') line += c;
  if (line.size() > 200) line = line.substr(0, 200) + "...";
  return line;
}

}  // namespace

bool same_json(std::string_view a, std::string_view b) {
  if (trimmed(a) == trimmed(b)) return true;
  try {
    return same_value(json::parse(a, "json"), json::parse(b, "json"));
  } catch (const core::Error&) {
    return false;  // numbers beyond RapidJSON: only equal bytes are equal
  }
}

std::string mapping_with_dynamic(std::string_view value) {
  return fmt::format(R"({{"dynamic":{}}})", value);
}

std::string settings_while_loading() {
  json::Value body;
  for (const auto& [key, value] : loading()) body.set(key, value);
  return json::dump(body);
}

std::string settings_after_load(std::string_view settings) {
  const auto given = json::parse(settings, "settings of an index");
  json::Value body;
  for (const auto& [key, value] : loading()) {
    const auto* kept = given.find(key);
    body.set(key, kept == nullptr ? json::Value() : *kept);
  }
  return json::dump(body);
}

IndexDefinition::IndexDefinition(std::string name, std::string answer)
    : m_name(std::move(name)), m_answer(std::move(answer)) {
  m_settings = json::parse(part("settings"), "settings of " + m_name);
}

IndexDefinition IndexDefinition::fetch(Cluster& cluster, const std::string& name) {
  return {name, cluster.get(path_of(name, "?flat_settings=true&pretty=true"),
                            "reading the definition of " + name)};
}

std::string_view IndexDefinition::part(const std::string& key) const {
  for (const auto& [index, value] : members_of(m_answer))
    if (decode_string(fmt::format("\"{}\"", index)) == m_name) return member(value, key);
  throw core::Error(core::ExitCode::kIntegrity, "the definition of " + m_name + " is missing",
                    "an alias of that name may have taken its place");
}

std::string IndexDefinition::setting(const std::string& key) const {
  const auto* value = m_settings.find(key);
  return value != nullptr && value->is_string() ? value->as_string() : "";
}

std::string IndexDefinition::dynamic() const {
  const std::string value(find_member(part("mappings"), "dynamic").value_or(""));
  return value == "false" || value == "\"false\"" ? "" : value;
}

bool IndexDefinition::blocks(const std::string& what) const {
  return setting(std::string(kBlocks) + what) == "true";
}

bool IndexDefinition::is_borrowed() const {
  return setting("index.store.type") == "snapshot" ||
         setting("index.xpack.ccr.following_index") == "true";
}

SourceMode IndexDefinition::source_mode() const {
  if (setting("index.mapping.source.mode") == "disabled") return SourceMode::kDisabled;
  const auto source = find_member(part("mappings"), "_source");
  if (source) {
    const auto text = [&](const char* key) {
      return std::string(find_member(*source, key).value_or(""));
    };
    if (text("enabled") == "false" || text("enabled") == "\"false\"" ||
        text("mode") == "\"disabled\"")
      return SourceMode::kDisabled;
    if (!text("includes").empty() || !text("excludes").empty()) return SourceMode::kFiltered;
    if (text("mode") == "\"synthetic\"") return SourceMode::kSynthetic;
  }
  return setting("index.mapping.source.mode") == "synthetic" ? SourceMode::kSynthetic
                                                             : SourceMode::kStored;
}

std::vector<std::string> IndexDefinition::aliases() const {
  std::vector<std::string> names;
  for (const auto& one : members_of(part("aliases")))
    names.push_back(decode_string(fmt::format("\"{}\"", one.key)));
  return names;
}

std::string IndexDefinition::create_body(bool hidden) const {
  json::Value settings = json::Value::object();
  for (const auto& [key, value] : m_settings.as_object())
    if (!is_servers_own(key) && !is_block(key) && !is_held_back(key)) settings.set(key, value);
  for (const auto& [key, value] : loading()) settings.set(key, value);
  if (hidden) settings.set(kHidden, "true");
  return fmt::format(R"({{"settings":{},"mappings":{}}})", json::dump(settings), part("mappings"));
}

std::string IndexDefinition::settings_after_load() const {
  json::Value settings = json::Value::object();
  for (const auto& [key, value] : loading()) {
    if (key == "index.number_of_replicas" && expands(m_settings)) continue;
    const auto* kept = m_settings.find(key);
    settings.set(key, kept == nullptr ? json::Value() : *kept);
  }
  for (const auto& [key, value] : m_settings.as_object())
    if (is_held_back(key)) settings.set(key, value);
  return json::dump(settings);
}

std::string IndexDefinition::settings_beside() const {
  json::Value settings = json::parse(settings_after_load(), "settings of " + m_name);
  auto& members = settings.as_object();
  std::erase_if(members, [](const json::Member& one) { return is_put_at_the_move(one.first); });
  return json::dump(settings);
}

std::string IndexDefinition::settings_after_move() const {
  json::Value settings = json::parse(settings_after_load(), "settings of " + m_name);
  const auto* hidden = m_settings.find(kHidden);
  settings.set(kHidden, hidden == nullptr ? json::Value() : *hidden);
  settings.set("index.blocks.write", json::Value());
  return json::dump(settings);
}

std::string IndexDefinition::settings_of_copy() const {
  json::Value settings = json::Value::object();
  for (const auto& [key, value] : m_settings.as_object())
    if (is_held_back(key)) settings.set(key, json::Value());
  settings.set(kHidden, "true");
  settings.set("index.number_of_replicas", "0");
  settings.set("index.auto_expand_replicas", "false");
  return json::dump(settings);
}

std::string IndexDefinition::without_mappings() const {
  return fmt::format(R"({{{}:{{"settings":{},"aliases":{},"mappings":{{}}}}}})",
                     encode_string(m_name), json::dump(m_settings), part("aliases"));
}

std::string IndexDefinition::blocks_body() const {
  json::Value settings;
  for (const auto& [key, value] : m_settings.as_object())
    if (is_block(key) && !is_servers_own(key)) settings.set(key, value);
  return settings.is_null() ? "" : json::dump(settings);
}

std::vector<std::string> IndexDefinition::alias_actions() const {
  std::vector<std::string> actions;
  for (const auto& [alias, properties] : members_of(part("aliases"))) {
    std::string action =
        fmt::format(R"({{"add":{{"index":{},"alias":"{}")", encode_string(m_name), alias);
    for (const auto& [key, value] : members_of(properties))
      action += fmt::format(R"(,"{}":{})", key, trimmed(value));
    actions.push_back(action + "}}");
  }
  return actions;
}

std::vector<Difference> IndexDefinition::compare_settings(const IndexDefinition& live,
                                                          bool beside) const {
  std::vector<Difference> differences;
  const auto expected = comparable(m_settings);
  const auto found = comparable(live.m_settings);
  const auto add = [&](const std::string& key, const std::string& wanted, const std::string& is) {
    if (!beside || !is_put_at_the_move(key))
      differences.push_back({m_name + " setting " + key, wanted, is});
  };
  for (const auto& [key, value] : expected) {
    const auto other = found.find(key);
    if (other == found.end() || other->second != value)
      add(key, value, other == found.end() ? "not set" : other->second);
  }
  for (const auto& [key, value] : found)
    if (expected.count(key) == 0 &&
        std::find(kServersDefaults.begin(), kServersDefaults.end(), key) == kServersDefaults.end())
      add(key, "not set", value);
  return differences;
}

std::vector<Difference> IndexDefinition::compare(const IndexDefinition& live) const {
  auto differences = compare_settings(live, false);
  for (const auto* what : {"mappings", "aliases"})
    if (!same_json(part(what), live.part(what)))
      differences.push_back(
          {m_name + " " + what, shortened(part(what)), shortened(live.part(what))});
  return differences;
}

std::vector<Difference> IndexDefinition::compare_beside(const IndexDefinition& staged) const {
  auto differences = compare_settings(staged, true);
  if (!same_json(part("mappings"), staged.part("mappings")))
    differences.push_back(
        {m_name + " mappings", shortened(part("mappings")), shortened(staged.part("mappings"))});
  return differences;
}

}  // namespace resources::elasticsearch
