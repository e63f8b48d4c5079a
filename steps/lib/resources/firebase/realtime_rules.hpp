#pragma once
// Security rules: those of the archive, and what the published view needs to be read now.

#include <string>

namespace resources::firebase {

// The archived rules, with the live rules of the path `published` (empty: none) in the place of
// theirs. The archived text as it is, comments too, where that changes nothing. Throws
// Error(kIntegrity) for a text that is no rules.
std::string rules_to_restore(const std::string& archived, const std::string& live,
                             const std::string& published);
// Do both mean the same, whatever their comments and spaces?
bool same_rules(const std::string& one, const std::string& other);

}  // namespace resources::firebase
