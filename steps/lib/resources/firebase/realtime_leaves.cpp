#include "resources/firebase/realtime_leaves.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "json/ranges.hpp"

namespace resources::firebase {

namespace {

std::string key_of(const json::RawMember& member) {
  return json::decode_string(fmt::format("\"{}\"", member.key));
}

bool is_whole_number(std::string_view text) {
  const auto digits = text.substr(text.front() == '-' ? 1 : 0);
  return !digits.empty() &&
         std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A number may be written in several ways, a text with several escapes.
std::string canonical(std::string_view value) {
  if (value.front() == '"') return "\"" + json::decode_string(value);
  const bool number = value.front() == '-' || (value.front() >= '0' && value.front() <= '9');
  if (!number || is_whole_number(value)) return std::string(value);
  return fmt::format("{:a}", std::strtod(std::string(value).c_str(), nullptr));
}

bool is_nothing(std::string_view value) {
  return value.empty() || value == "null";
}

void take_one(const std::string& path, std::string_view value, const TakeLeaf& take) {
  value = json::trimmed(value);
  if (!is_nothing(value)) take(path, canonical(value));
}

void walk_object(const std::string& path, std::string_view text, const TakeLeaf& take) {
  for (const auto& member : json::members_of(text)) {
    const auto key = key_of(member);
    if (key == ".value")
      take_one(path, member.value, take);
    else if (key == ".priority")
      take_one(path + "/.priority", member.value, take);
    else
      for_each_leaf(path + "/" + key, member.value, take);
  }
}

void walk_array(const std::string& path, std::string_view text, const TakeLeaf& take) {
  std::size_t index = 0;
  for (const auto element : json::elements_of(text))
    for_each_leaf(fmt::format("{}/{}", path, index++), element, take);
}

}  // namespace

void for_each_leaf(const std::string& path, std::string_view text, const TakeLeaf& take) {
  const auto value = json::trimmed(text);
  if (value.empty()) return;
  if (value.front() == '{')
    walk_object(path, value, take);
  else if (value.front() == '[')
    walk_array(path, value, take);
  else
    take_one(path, value, take);
}

void for_each_child(std::string_view root, const TakeChild& take) {
  const auto value = json::trimmed(root);
  if (value.empty() || value.front() != '{') return take("", value);
  const auto members = json::members_of(value);
  const bool plain = std::none_of(members.begin(), members.end(), [](const auto& member) {
    return !member.key.empty() && member.key.front() == '.';
  });
  if (!plain) return take("", value);
  for (const auto& member : members) take("/" + key_of(member), json::trimmed(member.value));
}

}  // namespace resources::firebase
