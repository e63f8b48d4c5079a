#pragma once
// The section /resources/deployment of environment.json.

#include <string>

#include "resources/settings.hpp"

namespace resources::deployment {

struct Configuration {
  std::string path;    // top of the working copy
  bool fetch = false;  // a restore may ask the remote for a hash that is not here
  std::string remote = "origin";
};

Configuration configuration_from(const Settings& settings);

}  // namespace resources::deployment
