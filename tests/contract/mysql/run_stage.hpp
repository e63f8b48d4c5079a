#pragma once
// One stage of the mysql resource against an archive file, as the steps run it.

#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/resource.hpp"
#include "resources/settings.hpp"

namespace mysql_test {

// Settings whose password is the text of "password" itself.
resources::Settings settings_of(json::Value section, std::size_t workers = 2);

// Runs a Work's items side by side, then finish().
json::Value run_work(resources::Work& work, std::size_t workers, core::Context& context);

// Returns the archive's path.
std::string capture(resources::Resource& resource, const std::string& folder,
                    core::Context& context, std::size_t workers = 2);
void restore(resources::Resource& resource, const archive::ArchiveReader& archive,
             core::Context& context, std::size_t workers = 2);
std::vector<resources::Difference> prove(resources::Resource& resource,
                                         const archive::ArchiveReader& archive,
                                         core::Context& context, std::size_t workers = 2);

}  // namespace mysql_test
