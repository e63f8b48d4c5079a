#pragma once
// The list of resources, in the order in which they are named to people.

#include <memory>
#include <string>
#include <vector>

#include "resources/resource.hpp"
#include "resources/settings.hpp"

namespace resources {

// Throws Error(kConfiguration) for an unknown name.
std::unique_ptr<Resource> make_resource(const std::string& name, const Settings& settings);
// "config_local", "deployment", "images", "mysql" ...: every name that make_resource knows.
const std::vector<std::string>& known_resources();

}  // namespace resources
