#include "resources/elasticsearch/index_selection.hpp"

#include <algorithm>

namespace resources::elasticsearch {

namespace {

json::Value list_of(const std::vector<std::string>& names) {
  json::Value list = json::Value::array();
  for (const auto& name : names) list.push_back(name);
  return list;
}

}  // namespace

// Linear: after a mismatch only the last star can take one byte more.
bool matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

IndexSelection::IndexSelection(std::vector<std::string> include, std::vector<std::string> exclude)
    : m_include(std::move(include)), m_exclude(std::move(exclude)) {
  if (m_include.empty()) m_include.emplace_back("*");
}

IndexSelection IndexSelection::from(const json::Value& section) {
  return {section.get_strings("include"), section.get_strings("exclude")};
}

json::Value IndexSelection::to_json() const {
  json::Value value;
  value.set("include", list_of(m_include));
  value.set("exclude", list_of(m_exclude));
  return value;
}

bool IndexSelection::takes(const std::string& name) const {
  const bool dotted = !name.empty() && name.front() == '.';
  const auto includes = [&](const std::string& pattern) {
    return (!dotted || pattern.front() == '.') && matches(pattern, name);
  };
  const auto excludes = [&](const std::string& pattern) { return matches(pattern, name); };
  return std::any_of(m_include.begin(), m_include.end(), includes) &&
         std::none_of(m_exclude.begin(), m_exclude.end(), excludes);
}

std::vector<std::string> IndexSelection::exact_names() const {
  std::vector<std::string> names;
  for (const auto& pattern : m_include)
    if (pattern.find('*') == std::string::npos) names.push_back(pattern);
  return names;
}

}  // namespace resources::elasticsearch
