#pragma once
// Which indices and data streams belong to a backup: patterns with exclusions, pure.

#include <string>
#include <string_view>
#include <vector>

#include "json/value.hpp"

namespace resources::elasticsearch {

// `*` stands for any number of bytes; everything else for itself.
bool matches(std::string_view pattern, std::string_view name);

class IndexSelection {
 public:
  // Without an include everything is included. A name that begins with a dot (the servers' own) is
  // out unless a pattern with a dot in front includes it.
  IndexSelection(std::vector<std::string> include, std::vector<std::string> exclude);
  // {"include": [...], "exclude": [...]}: a section of environment.json, or what to_json() gave.
  static IndexSelection from(const json::Value& section);
  json::Value to_json() const;

  bool takes(const std::string& name) const;
  // Includes without `*`: each must be there.
  std::vector<std::string> exact_names() const;

 private:
  std::vector<std::string> m_include;
  std::vector<std::string> m_exclude;
};

}  // namespace resources::elasticsearch
