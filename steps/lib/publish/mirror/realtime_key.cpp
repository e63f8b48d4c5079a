#include "publish/mirror/realtime_key.hpp"

#include <fmt/format.h>

namespace publish {

std::string realtime_key(std::string_view key) {
  constexpr std::string_view kForbidden = ".$#[]/%\x7f";
  std::string text;
  for (const char c : key)
    if (static_cast<unsigned char>(c) < ' ' || kForbidden.find(c) != std::string_view::npos)
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      text += c;
  return text;
}

json::Value with_realtime_keys(const json::Value& value) {
  if (value.is_array()) {
    json::Value list = json::Value::array();
    for (const auto& item : value.as_array()) list.push_back(with_realtime_keys(item));
    return list;
  }
  if (!value.is_object()) return value;
  json::Value object = json::Value::object();
  for (const auto& [key, item] : value.as_object())
    object.set(realtime_key(key), with_realtime_keys(item));
  return object;
}

}  // namespace publish
