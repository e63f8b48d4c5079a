#pragma once
// A JSON value for envelopes, manifests and configuration: small documents. Bulk data never
// becomes one (see resources/elasticsearch). Objects keep the order of their keys.
// The only user of RapidJSON is the .cpp.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
using Object = std::vector<Member>;

class Value {
 public:
  Value() = default;  // null
  Value(std::nullptr_t) {}
  Value(bool value) : m_data(value) {}
  Value(int value) : m_data(std::int64_t{value}) {}
  Value(long value) : m_data(std::int64_t{value}) {}
  Value(long long value) : m_data(std::int64_t{value}) {}
  Value(unsigned value) : m_data(std::int64_t{value}) {}
  Value(unsigned long value);
  Value(unsigned long long value) : Value(static_cast<unsigned long>(value)) {}
  Value(double value) : m_data(value) {}
  Value(const char* value) : m_data(std::string(value)) {}
  Value(std::string_view value) : m_data(std::string(value)) {}
  Value(std::string value) : m_data(std::move(value)) {}
  Value(Array value) : m_data(std::move(value)) {}
  Value(Object value) : m_data(std::move(value)) {}

  static Value object() { return Value(Object{}); }
  static Value array() { return Value(Array{}); }

  bool is_null() const { return std::holds_alternative<std::monostate>(m_data); }
  bool is_bool() const { return std::holds_alternative<bool>(m_data); }
  bool is_integer() const;   // int64 or uint64
  bool is_negative() const;  // an integer below 0
  bool is_number() const { return is_integer() || std::holds_alternative<double>(m_data); }
  bool is_string() const { return std::holds_alternative<std::string>(m_data); }
  bool is_array() const { return std::holds_alternative<Array>(m_data); }
  bool is_object() const { return std::holds_alternative<Object>(m_data); }

  // Each throws Error(kIntegrity, "expected a string, found ...") when the type differs: a document
  // from outside is never trusted. Configuration has passed its schema before.
  bool as_bool() const;
  std::int64_t as_int() const;
  std::uint64_t as_uint() const;  // also refuses negatives
  double as_double() const;
  const std::string& as_string() const;
  const Array& as_array() const;
  const Object& as_object() const;
  Array& as_array();
  Object& as_object();

  // Objects. find: nullptr when absent (or not an object). at: throws Error(kIntegrity) naming key.
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  const Value& at(std::string_view key) const;
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  // Sets or replaces; a null value becomes an object first. Returns the stored value.
  Value& set(std::string_view key, Value value);
  void erase(std::string_view key);

  // Shorthands with defaults for absent or null keys.
  std::string get_string(std::string_view key, std::string_view fallback = "") const;
  std::int64_t get_int(std::string_view key, std::int64_t fallback = 0) const;
  std::uint64_t get_uint(std::string_view key, std::uint64_t fallback = 0) const;
  bool get_bool(std::string_view key, bool fallback = false) const;
  std::vector<std::string> get_strings(std::string_view key) const;

  // Arrays. Appends; a null value becomes an array first.
  void push_back(Value value);

  bool operator==(const Value& other) const = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array,
               Object>
      m_data;
};

// Throws Error(kIntegrity, "<name>: <what> at byte N"). Strict JSON, UTF-8 validated, duplicate
// keys and more than 256 levels refused.
Value parse(std::string_view text, const std::string& name);
// Accepts // and /* */ comments and trailing commas: for environment.json only.
Value parse_with_comments(std::string_view text, const std::string& name);

std::string dump(const Value& value);         // one line
std::string dump_pretty(const Value& value);  // two spaces, newline at the end

}  // namespace json
