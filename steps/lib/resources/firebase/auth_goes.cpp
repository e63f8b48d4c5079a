#include "resources/firebase/auth_goes.hpp"

#include <fmt/format.h>

#include "resources/firebase/archived_users.hpp"
#include "resources/firebase/auth_site.hpp"
#include "resources/firebase/auth_user.hpp"
#include "resources/firebase/live_records.hpp"

namespace resources::firebase {

namespace {

constexpr std::size_t kMostNamed = 100;

void name_those_that_go(const TenantSite& site, const ArchivedNames& archived,
                        std::vector<std::string>& gone) {
  std::size_t more = 0;
  std::size_t named = 0;
  site.accounts->read([&](std::string_view object) {
    const auto id = parse_user(object).id;
    if (archived.contains(id)) return;
    if (named++ < kMostNamed)
      gone.push_back("user " + id);
    else
      ++more;
  });
  if (more > 0) gone.push_back(fmt::format("{} more users", more));
}

}  // namespace

std::vector<std::string> users_that_go(const Settings& settings,
                                       const archive::ArchiveReader& archive,
                                       core::Context& context) {
  std::vector<std::string> gone;
  for (const auto& site : open_tenants(settings, archive, context.cancel)) {
    ArchivedNames archived;
    for_each_user(archive, site.archived, context,
                  [&](std::string_view line) { archived.add(short_hash(parse_user(line).id)); });
    archived.sort();
    name_those_that_go(site, archived, gone);
  }
  return gone;
}

}  // namespace resources::firebase
