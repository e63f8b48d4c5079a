#pragma once
// What is lost with a damaged member of config_local, for people.

#include <string>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"

namespace resources::config_local {

// "files app/site.conf, app/users.conf and 3 more": those whose bytes lie in the member, paths
// percent-encoded. Empty for a member of another resource, for one that holds no file, and when the
// index cannot be read either.
std::string files_in(const archive::ArchiveReader& archive, const archive::Member& member,
                     core::Context& context);

}  // namespace resources::config_local
