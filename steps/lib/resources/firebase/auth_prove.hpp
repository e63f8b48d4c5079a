#pragma once
// Reads the live users as a backup would and compares their number and checksum with the archive.

#include <mutex>

#include "resources/firebase/auth_site.hpp"
#include "resources/resource.hpp"

namespace resources::firebase {

class AuthProve final : public Work {
 public:
  AuthProve(const Settings& settings, const archive::ArchiveReader& archive, core::Context& context)
      : m_context(context), m_sites(open_tenants(settings, archive, context.cancel)) {}

  std::vector<Task> plan() override;
  json::Value finish() override;

 private:
  void compare(const TenantSite& site);

  core::Context& m_context;
  std::vector<TenantSite> m_sites;
  std::vector<Difference> m_differences;
  std::mutex m_mutex;
};

}  // namespace resources::firebase
