#pragma once
// The tenants of an archive with the accounts that they go back to.

#include <memory>
#include <vector>

#include "resources/firebase/auth_accounts.hpp"
#include "resources/firebase/auth_archive.hpp"

namespace resources::firebase {

struct TenantSite {
  ArchivedTenant archived;
  std::shared_ptr<Accounts> accounts;
};

// Throws Error(kConfiguration) for a tenant that is not configured.
std::vector<TenantSite> open_tenants(const Settings& settings,
                                     const archive::ArchiveReader& archive,
                                     const core::CancelToken& cancel);

}  // namespace resources::firebase
