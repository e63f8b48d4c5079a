#pragma once
// Paths that neither a backup nor a restore touches. A pattern without '/' matches a name anywhere
// in the tree ("*.pid"), one with '/' a path from the root ("cache/tmp", "run/*.sock"); whatever
// lies below a match is excluded with it. `*`, `?` and `[...]` as in a shell; they do not cross
// '/'.

#include <string>
#include <string_view>
#include <vector>

namespace resources::config_local {

class Exclusion {
 public:
  Exclusion() = default;
  explicit Exclusion(std::vector<std::string> patterns);

  // The entry itself; its parents were asked before (a scan does not descend into a match).
  bool matches(const std::string& path) const;
  // The entry or one of its parents.
  bool covers(const std::string& path) const;
  Exclusion operator+(const Exclusion& other) const;
  const std::vector<std::string>& patterns() const { return m_patterns; }

 private:
  std::vector<std::string> m_patterns;
};

}  // namespace resources::config_local
