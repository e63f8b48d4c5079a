#pragma once
// Writes the archived users back with the project's hash parameters. A chunk that is written twice
// changes nothing.

#include <map>

#include "resources/firebase/auth_site.hpp"
#include "resources/resource.hpp"

namespace resources::firebase {

class AuthRestore final : public Work {
 public:
  AuthRestore(const Settings& settings, const archive::ArchiveReader& archive,
              core::Context& context);

  std::vector<Task> plan() override;
  void run(const Task& item) override;  // one chunk
  json::Value finish() override;        // {"users"}

 private:
  const archive::ArchiveReader& m_archive;
  core::Context& m_context;
  HashParameters m_parameters;
  std::vector<TenantSite> m_sites;
  std::map<std::string, std::pair<const archive::Member*, Accounts*>> m_chunks;
};

}  // namespace resources::firebase
