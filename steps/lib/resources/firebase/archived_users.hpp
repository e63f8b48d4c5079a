#pragma once

#include <functional>
#include <string_view>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/firebase/auth_archive.hpp"

namespace resources::firebase {

// Every user of a tenant, as the archive keeps it; views into one chunk after the other.
void for_each_user(const archive::ArchiveReader& archive, const ArchivedTenant& tenant,
                   core::Context& context, const std::function<void(std::string_view line)>& take);

}  // namespace resources::firebase
