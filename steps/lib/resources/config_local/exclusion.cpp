#include "resources/config_local/exclusion.hpp"

#include <algorithm>

#include <fnmatch.h>

#include "core/path_text.hpp"
#include "resources/config_local/tree.hpp"

namespace resources::config_local {

namespace {

std::string without_slashes_around(std::string pattern) {
  while (!pattern.empty() && pattern.back() == '/') pattern.pop_back();
  return pattern;
}

bool matches_pattern(const std::string& pattern, const std::string& path) {
  if (pattern.find('/') != std::string::npos) {
    const char* from_root = pattern.c_str() + (pattern.front() == '/' ? 1 : 0);
    return ::fnmatch(from_root, path.c_str(), FNM_PATHNAME) == 0;
  }
  const std::string name(core::split_path(path).second);
  return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

}  // namespace

Exclusion::Exclusion(std::vector<std::string> patterns) : m_patterns(std::move(patterns)) {
  for (auto& pattern : m_patterns) pattern = without_slashes_around(std::move(pattern));
  m_patterns.erase(std::remove(m_patterns.begin(), m_patterns.end(), ""), m_patterns.end());
}

bool Exclusion::matches(const std::string& path) const {
  return std::any_of(m_patterns.begin(), m_patterns.end(),
                     [&](const std::string& pattern) { return matches_pattern(pattern, path); });
}

bool Exclusion::covers(const std::string& path) const {
  if (m_patterns.empty() || path == ".") return false;
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (matches(path.substr(0, slash))) return true;
  return matches(path);
}

Exclusion Exclusion::operator+(const Exclusion& other) const {
  std::vector<std::string> both = m_patterns;
  both.insert(both.end(), other.m_patterns.begin(), other.m_patterns.end());
  return Exclusion(std::move(both));
}

}  // namespace resources::config_local
