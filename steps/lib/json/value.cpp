#include "json/value.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "core/error.hpp"

namespace json {

namespace {

const char* type_name(const Value& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return "a boolean";
  if (value.is_number()) return "a number";
  if (value.is_string()) return "a string";
  return value.is_array() ? "an array" : "an object";
}

[[noreturn]] void refuse(const char* expected, const Value& found) {
  throw core::Error(core::ExitCode::kIntegrity,
                    fmt::format("expected {}, found {}", expected, type_name(found)));
}

bool has_value(const Value* value) {
  return value != nullptr && !value->is_null();
}

}  // namespace

Value::Value(unsigned long value) {
  if (value <= static_cast<unsigned long>(std::numeric_limits<std::int64_t>::max()))
    m_data = static_cast<std::int64_t>(value);
  else
    m_data = std::uint64_t{value};
}

bool Value::is_integer() const {
  return std::holds_alternative<std::int64_t>(m_data) ||
         std::holds_alternative<std::uint64_t>(m_data);
}

bool Value::is_negative() const {
  const auto* value = std::get_if<std::int64_t>(&m_data);
  return value != nullptr && *value < 0;
}

bool Value::as_bool() const {
  if (const auto* value = std::get_if<bool>(&m_data)) return *value;
  refuse("a boolean", *this);
}

std::int64_t Value::as_int() const {
  if (const auto* value = std::get_if<std::int64_t>(&m_data)) return *value;
  refuse("an integer", *this);
}

std::uint64_t Value::as_uint() const {
  if (const auto* value = std::get_if<std::uint64_t>(&m_data)) return *value;
  const std::int64_t value = as_int();
  if (value < 0) refuse("an integer that is not negative", *this);
  return static_cast<std::uint64_t>(value);
}

double Value::as_double() const {
  if (const auto* value = std::get_if<double>(&m_data)) return *value;
  if (const auto* value = std::get_if<std::uint64_t>(&m_data)) return static_cast<double>(*value);
  return static_cast<double>(as_int());
}

const std::string& Value::as_string() const {
  if (const auto* value = std::get_if<std::string>(&m_data)) return *value;
  refuse("a string", *this);
}

const Array& Value::as_array() const {
  if (const auto* value = std::get_if<Array>(&m_data)) return *value;
  refuse("an array", *this);
}

const Object& Value::as_object() const {
  if (const auto* value = std::get_if<Object>(&m_data)) return *value;
  refuse("an object", *this);
}

Array& Value::as_array() {
  return const_cast<Array&>(static_cast<const Value&>(*this).as_array());
}

Object& Value::as_object() {
  return const_cast<Object&>(static_cast<const Value&>(*this).as_object());
}

const Value* Value::find(std::string_view key) const {
  const auto* object = std::get_if<Object>(&m_data);
  if (object == nullptr) return nullptr;
  const auto found = std::find_if(object->begin(), object->end(),
                                  [&](const Member& member) { return member.first == key; });
  return found == object->end() ? nullptr : &found->second;
}

Value* Value::find(std::string_view key) {
  return const_cast<Value*>(static_cast<const Value&>(*this).find(key));
}

const Value& Value::at(std::string_view key) const {
  if (const Value* value = find(key)) return *value;
  throw core::Error(core::ExitCode::kIntegrity, fmt::format("the key '{}' is missing", key));
}

Value& Value::set(std::string_view key, Value value) {
  if (is_null()) m_data = Object{};
  if (Value* found = find(key)) return *found = std::move(value);
  return as_object().emplace_back(std::string(key), std::move(value)).second;
}

void Value::erase(std::string_view key) {
  std::erase_if(as_object(), [&](const Member& member) { return member.first == key; });
}

std::string Value::get_string(std::string_view key, std::string_view fallback) const {
  const Value* value = find(key);
  return has_value(value) ? value->as_string() : std::string(fallback);
}

std::int64_t Value::get_int(std::string_view key, std::int64_t fallback) const {
  const Value* value = find(key);
  return has_value(value) ? value->as_int() : fallback;
}

std::uint64_t Value::get_uint(std::string_view key, std::uint64_t fallback) const {
  const Value* value = find(key);
  return has_value(value) ? value->as_uint() : fallback;
}

bool Value::get_bool(std::string_view key, bool fallback) const {
  const Value* value = find(key);
  return has_value(value) ? value->as_bool() : fallback;
}

std::vector<std::string> Value::get_strings(std::string_view key) const {
  std::vector<std::string> texts;
  const Value* value = find(key);
  if (!has_value(value)) return texts;
  for (const Value& entry : value->as_array()) texts.push_back(entry.as_string());
  return texts;
}

void Value::push_back(Value value) {
  if (is_null()) m_data = Array{};
  as_array().push_back(std::move(value));
}

}  // namespace json
