#pragma once
// The version of every Docker image. The images stay in their registry; an archive holds their tags
// and digests, a restore writes the tags back into the Compose file or its .env, and apply starts
// the services with them.

#include <memory>

#include "resources/resource.hpp"
#include "resources/settings.hpp"

namespace resources::images {

// Throws Error(kConfiguration) for settings that do not go together.
std::unique_ptr<Resource> make(const Settings& settings);

}  // namespace resources::images
