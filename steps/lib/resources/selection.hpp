#pragma once
// Which resources a restore acts on: pure, from the configuration, the archive and the operation.

#include <string>
#include <vector>

#include "archive/manifest.hpp"

namespace resources {

struct Selection {
  std::vector<std::string> act_on;      // configured and in the archive
  std::vector<std::string> left_alone;  // configured, but not in the archive (or recorded absent)
  std::vector<std::string> skipped;     // in the archive, not configured, named in SkipResources
};

// Throws Error(kConfiguration) for a resource that the archive holds, that is not configured and
// not in `skip`; Error(kUsage) for a name in `skip` that is neither in the archive nor configured.
Selection select(const std::vector<std::string>& configured, const archive::Manifest& manifest,
                 const std::vector<std::string>& skip);

}  // namespace resources
