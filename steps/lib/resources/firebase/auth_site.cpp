#include "resources/firebase/auth_site.hpp"

#include "core/error.hpp"

namespace resources::firebase {

std::vector<TenantSite> open_tenants(const Settings& settings,
                                     const archive::ArchiveReader& archive,
                                     const core::CancelToken& cancel) {
  const auto configured = open_accounts(settings, cancel);
  std::vector<TenantSite> sites;
  for (auto& archived : archived_tenants(archive)) {
    std::shared_ptr<Accounts> found;
    for (const auto& accounts : configured)
      if (accounts->tenant() == archived.id) found = accounts;
    if (found == nullptr)
      throw core::Error(
          core::ExitCode::kConfiguration,
          archived.id.empty()
              ? "the archive holds users outside tenants, which are not configured"
              : "the archive holds tenant " + archived.id + ", which is not configured",
          "correct resources.firebase.auth.tenants in environment.json");
    sites.push_back({std::move(archived), std::move(found)});
  }
  return sites;
}

}  // namespace resources::firebase
