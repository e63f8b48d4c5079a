#include "resources/firebase/realtime_rules.hpp"

#include <optional>
#include <vector>

#include "json/value.hpp"

namespace resources::firebase {

namespace {

std::vector<std::string> keys_of(const std::string& path) {
  std::vector<std::string> keys;
  for (std::size_t begin = 1; begin < path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    keys.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return keys;
}

const json::Value* find(const json::Value& rules, const std::vector<std::string>& keys) {
  const auto* at = rules.find("rules");
  for (const auto& key : keys) at = at == nullptr ? nullptr : at->find(key);
  return at;
}

void set(json::Value& rules, const std::vector<std::string>& keys, const json::Value& value) {
  json::Value* at = &rules.set("rules", rules.at("rules"));
  for (const auto& key : keys) {
    auto* below = at->find(key);
    at = below != nullptr && below->is_object() ? below : &at->set(key, json::Value::object());
  }
  *at = value;
}

void remove(json::Value& rules, std::vector<std::string> keys) {
  const std::string last = keys.back();
  keys.pop_back();
  json::Value* at = rules.find("rules");
  for (const auto& key : keys) at = at == nullptr ? nullptr : at->find(key);
  if (at != nullptr) at->erase(last);
}

json::Value parse(const std::string& text) {
  return json::parse_with_comments(text, "the rules");
}

}  // namespace

std::string rules_to_restore(const std::string& archived, const std::string& live,
                             const std::string& published) {
  const auto keys = keys_of(published);
  if (keys.empty()) return archived;
  json::Value wanted = parse(archived);
  const json::Value now = parse(live);
  const auto* theirs = find(wanted, keys);
  const auto* ours = find(now, keys);
  if (theirs == ours || (theirs != nullptr && ours != nullptr && *theirs == *ours)) return archived;
  if (ours != nullptr)
    set(wanted, keys, *ours);
  else
    remove(wanted, keys);
  return json::dump_pretty(wanted);
}

bool same_rules(const std::string& one, const std::string& other) {
  return one == other || parse(one) == parse(other);
}

}  // namespace resources::firebase
