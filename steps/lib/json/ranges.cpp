#include "json/ranges.hpp"

#include <algorithm>
#include <cstring>

#include "core/error.hpp"
#include "json/value.hpp"

namespace json {

namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw core::Error(core::ExitCode::kIntegrity, "an answer of the server is damaged: " + what,
                    "look at the log of that service, and at proxies in front of it");
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_structural(char c) {
  return c == '"' || c == '{' || c == '}' || c == '[' || c == ']';
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

// `at` is the opening quote; the position behind the closing one.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;
  }
  refuse("a text without its end");
}

std::size_t end_of_container(std::string_view text, std::size_t at) {
  ValueEnd value;
  const std::size_t used = value.feed(text.substr(at));
  if (!value.done()) refuse("an object without its end");
  return at + used;
}

std::size_t end_of_value(std::string_view text, std::size_t at) {
  if (at >= text.size()) refuse("a value is missing");
  if (text[at] == '"') return end_of_string(text, at);
  if (text[at] == '{' || text[at] == '[') return end_of_container(text, at);
  const std::size_t end = text.find_first_of(",}] \t\r\n", at);
  if (end == at || end == std::string_view::npos) refuse("a value is missing");
  return end;
}

// Known ends of inner containers, asked in ascending order.
class KnownEnds {
 public:
  explicit KnownEnds(const std::vector<ValueEnd::Range>& inner) : m_inner(inner) {}
  std::size_t end_at(std::string_view text, std::size_t at) {
    while (m_next < m_inner.size() && m_inner[m_next].begin < at) ++m_next;
    if (m_next < m_inner.size() && m_inner[m_next].begin == at) return m_inner[m_next].end;
    return end_of_value(text, at);
  }

 private:
  const std::vector<ValueEnd::Range>& m_inner;
  std::size_t m_next = 0;
};

}  // namespace

void ValueEnd::reset() {
  m_offset = m_depth = 0;
  m_in_string = m_escaped = false;
  m_inner.clear();
}

// A quote ends the text if an even number of backslashes stands before it: counted backwards, so
// that the bytes of long texts are only looked at by memchr.
const char* ValueEnd::in_string(const char* at, const char* end) {
  const char* const begin = at;
  const auto follows_escape = [&](const char* quote) {
    const char* first = quote;
    while (first > begin && first[-1] == '\\') --first;
    const bool odd = ((quote - first) & 1) != 0;
    return first == begin ? odd != m_escaped : odd;
  };
  while (at < end) {
    const auto* quote = static_cast<const char*>(std::memchr(at, '"', end - at));
    if (quote == nullptr) break;
    at = quote + 1;
    if (follows_escape(quote)) continue;
    m_in_string = m_escaped = false;
    return at;
  }
  m_escaped = follows_escape(end);
  return end;
}

const char* ValueEnd::outside(const char* at, const char* begin, const char* end) {
  while (at < end && !is_structural(*at)) ++at;
  if (at == end) return at;
  const std::size_t place = m_offset + static_cast<std::size_t>(at - begin);
  switch (*at++) {
    case '"':
      m_in_string = true;
      break;
    case '{':
    case '[':
      if (++m_depth == 2) m_inner.push_back({place, 0});
      break;
    default:
      if (m_depth-- == 2) m_inner.back().end = place + 1;
  }
  return at;
}

std::size_t ValueEnd::feed(std::string_view piece) {
  const char* const begin = piece.data();
  const char* const end = begin + piece.size();
  const char* at = begin;
  if (m_offset == 0 && (piece.empty() || (*at != '{' && *at != '['))) refuse("no object");
  while (at < end) {
    at = m_in_string ? in_string(at, end) : outside(at, begin, end);
    if (m_depth == 0) break;
  }
  m_offset += static_cast<std::size_t>(at - begin);
  return static_cast<std::size_t>(at - begin);
}

void members_of(std::string_view object, const std::vector<ValueEnd::Range>& inner,
                std::vector<RawMember>& members) {
  members.clear();
  KnownEnds ends(inner);
  std::size_t at = skip_space(object, 0);
  if (at >= object.size() || object[at] != '{') refuse("no object");
  at = skip_space(object, at + 1);
  if (at < object.size() && object[at] == '}') return;
  for (;;) {
    if (at >= object.size() || object[at] != '"') refuse("a key is missing");
    const std::size_t key_end = end_of_string(object, at);
    const std::size_t colon = skip_space(object, key_end);
    if (colon >= object.size() || object[colon] != ':') refuse("a colon is missing");
    const std::size_t value_end = ends.end_at(object, skip_space(object, colon + 1));
    const std::size_t next = skip_space(object, value_end);
    if (next >= object.size()) refuse("an object without its end");
    members.push_back(
        {object.substr(at + 1, key_end - at - 2), object.substr(colon + 1, next - colon - 1)});
    if (object[next] == '}') return;
    if (object[next] != ',') refuse("a comma is missing");
    at = skip_space(object, next + 1);
  }
}

std::vector<RawMember> members_of(std::string_view object,
                                  const std::vector<ValueEnd::Range>& inner) {
  std::vector<RawMember> members;
  members_of(object, inner, members);
  return members;
}

std::vector<std::string_view> elements_of(std::string_view array) {
  std::vector<std::string_view> elements;
  std::size_t at = skip_space(array, 0);
  if (at >= array.size() || array[at] != '[') refuse("no array");
  at = skip_space(array, ++at);
  if (at < array.size() && array[at] == ']') return elements;
  for (;;) {
    const std::size_t end = end_of_value(array, at);
    const std::size_t next = skip_space(array, end);
    elements.push_back(array.substr(at, end - at));
    if (next >= array.size()) refuse("an array without its end");
    if (array[next] == ']') return elements;
    if (array[next] != ',') refuse("a comma is missing");
    at = skip_space(array, next + 1);
  }
}

std::optional<std::string_view> find_member(std::string_view object, std::string_view key) {
  for (const auto& one : members_of(object))
    if (one.key == key) return trimmed(one.value);
  return std::nullopt;
}

std::string_view member(std::string_view object, std::string_view key) {
  if (const auto found = find_member(object, key)) return *found;
  refuse("no member \"" + std::string(key) + '"');
}

std::string_view trimmed(std::string_view value) {
  while (!value.empty() && is_space(value.front())) value.remove_prefix(1);
  while (!value.empty() && is_space(value.back())) value.remove_suffix(1);
  return value;
}

std::string decode_string(std::string_view value) {
  value = trimmed(value);
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') refuse("no text");
  const auto inside = value.substr(1, value.size() - 2);
  if (inside.find('\\') == std::string_view::npos) return std::string(inside);
  return parse(value, "an answer of the server").as_string();
}

std::string encode_string(std::string_view text) {
  return dump(Value(text));
}

void append_compact(std::string& text, std::string_view value) {
  std::size_t at = 0;
  while ((at = skip_space(value, at)) < value.size()) {
    const std::size_t end = value[at] == '"'
                                ? end_of_string(value, at)
                                : std::min(value.find_first_of("\" \t\n\r", at), value.size());
    text.append(value.substr(at, end - at));
    at = end;
  }
}

}  // namespace json
