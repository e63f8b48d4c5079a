#pragma once
// The section /resources/config_local of environment.json.

#include <string>

#include "resources/config_local/exclusion.hpp"
#include "resources/settings.hpp"

namespace resources::config_local {

struct Configuration {
  std::string path;  // absolute, without a link at its end, without '/' at its end
  bool in_place = false;
  Exclusion exclude;
};

Configuration configuration_from(const Settings& settings);

}  // namespace resources::config_local
