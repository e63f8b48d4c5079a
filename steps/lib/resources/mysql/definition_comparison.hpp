#pragma once
// Definitions of an archive against live ones.

#include <optional>
#include <string>
#include <vector>

#include "resources/mysql/schema.hpp"

namespace resources::mysql {

struct DefinitionDifference {
  Definition definition;  // which object
  std::string expected;   // an excerpt around the first difference, or "absent"
  std::string found;
};

// `definer`: what a restore with replaced definers has put in. An event's status is not compared:
// it sleeps until the restore is proved.
std::vector<DefinitionDifference> compare_definitions(const std::vector<Definition>& archived,
                                                      const std::vector<Definition>& live,
                                                      const std::optional<std::string>& definer);

}  // namespace resources::mysql
