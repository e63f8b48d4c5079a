#include "resources/firebase/value_hash.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <vector>

#include "json/ranges.hpp"

namespace resources::firebase {

namespace {

void append_counted(std::string& text, std::string_view bytes) {
  text += std::to_string(bytes.size());
  text += ':';
  text += bytes;
}

// 1.0E20 and 1e+20 are one number; -0.0 and 0.0 are two.
void append_number(std::string& text, std::string_view number) {
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc{} || end != number.data() + number.size()) {
    append_counted(text, number);  // "NaN", true, null
    return;
  }
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  text += '#';
  text += std::to_string(bits);
}

// "...T00:00:00.500Z" and "...T00:00:00.5Z" are one moment.
std::string without_trailing_zeros(std::string time) {
  if (time.empty() || time.back() != 'Z' || time.find('.') == std::string::npos) return time;
  time.pop_back();
  while (time.back() == '0') time.pop_back();
  if (time.back() == '.') time.pop_back();
  return time + 'Z';
}

void append_text(std::string& text, std::string_view key, std::string_view value,
                 std::string_view own_project) {
  auto decoded = json::decode_string(value);
  if (key == "doubleValue") return append_number(text, decoded);
  if (key == "timestampValue") decoded = without_trailing_zeros(std::move(decoded));
  if (key == "referenceValue" && decoded.compare(0, own_project.size(), own_project) == 0)
    decoded.erase(0, own_project.size());
  append_counted(text, decoded);
}

void append(std::string& text, std::string_view key, std::string_view value,
            std::string_view own_project);

void append_object(std::string& text, std::string_view object, std::string_view own_project) {
  std::vector<std::pair<std::string, std::string_view>> members;
  for (const auto& [key, value] : json::members_of(object))
    members.emplace_back(key.find('\\') == std::string_view::npos
                             ? std::string(key)
                             : json::decode_string('"' + std::string(key) + '"'),
                         value);
  std::sort(members.begin(), members.end());
  text += '{';
  for (const auto& [key, value] : members) {
    append_counted(text, key);
    append(text, key, value, own_project);
  }
  text += '}';
}

void append(std::string& text, std::string_view key, std::string_view value,
            std::string_view own_project) {
  value = json::trimmed(value);
  if (value.empty()) return;
  switch (value.front()) {
    case '{':
      return append_object(text, value, own_project);
    case '[':
      text += '[';
      for (const auto element : json::elements_of(value)) append(text, "", element, own_project);
      text += ']';
      return;
    case '"':
      return append_text(text, key, value, own_project);
    default:
      append_number(text, value);
  }
}

}  // namespace

void append_canonical(std::string& text, std::string_view value, std::string_view own_project) {
  append(text, "", value, own_project);
}

}  // namespace resources::firebase
