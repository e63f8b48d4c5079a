#include "publish/mirror/firestore_value.hpp"

namespace publish {

namespace {

json::Value typed(const char* type, json::Value value) {
  json::Value result;
  result.set(type, std::move(value));
  return result;
}

json::Value list_value(const json::Value& list) {
  json::Value values = json::Value::array();
  for (const auto& item : list.as_array()) values.push_back(firestore_value(item));
  return typed("arrayValue", typed("values", std::move(values)));
}

}  // namespace

json::Value firestore_value(const json::Value& value) {
  if (value.is_null()) return typed("nullValue", json::Value());
  if (value.is_bool()) return typed("booleanValue", value);
  if (value.is_integer()) return typed("integerValue", json::dump(value));
  if (value.is_number()) return typed("doubleValue", value);
  if (value.is_string()) return typed("stringValue", value);
  if (value.is_array()) return list_value(value);
  return typed("mapValue", typed("fields", firestore_fields(value)));
}

json::Value firestore_fields(const json::Value& object) {
  json::Value fields = json::Value::object();
  for (const auto& [key, item] : object.as_object()) fields.set(key, firestore_value(item));
  return fields;
}

}  // namespace publish
