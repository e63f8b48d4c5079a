#pragma once
// The users of a project, or of one of its tenants, over the Identity Toolkit API. Any thread.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "google/service.hpp"
#include "resources/firebase/hash_parameters.hpp"
#include "resources/settings.hpp"

namespace resources::firebase {

inline constexpr const char* kAuth = "auth";

class Accounts {
 public:
  using OnUser = std::function<void(std::string_view object)>;
  static constexpr std::size_t kMost = 1000;  // users in one call

  // `tenant`: empty for the users outside tenants.
  Accounts(std::shared_ptr<google::Service> service, std::string project, std::string tenant);

  const std::string& tenant() const { return m_tenant; }
  std::string title() const;  // "project demo", "tenant a"

  // All users, page by page.
  void read(const OnUser& take);
  // The first page only; how many users it had.
  std::size_t read_first(const OnUser& take);
  // As the server counts, or 0 when it does not.
  std::uint64_t count();
  // `users`: at most kMost objects. Overwrites users of the same ids. Throws Error(kServiceError)
  // listing every user that was refused.
  void upload(const std::vector<std::string_view>& users, const HashParameters& parameters);
  // At most kMost. Throws Error(kServiceError) listing every user that is still there.
  void remove(const std::vector<std::string>& ids);
  // Throws Error(kCredentials) when the account may not create users. Changes nothing.
  void require_writable();
  // The project's own hash parameters as the API gives them; null when it does not.
  json::Value hash_config();

  const core::CancelToken& cancel() const { return m_service->cancel(); }

 private:
  std::string read_page(const std::string& token, const OnUser& take, std::size_t& users);
  std::string path(const std::string& verb) const;

  std::shared_ptr<google::Service> m_service;
  std::string m_project;
  std::string m_tenant;
};

// One for each configured tenant, or the one for users outside tenants.
std::vector<std::shared_ptr<Accounts>> open_accounts(const Settings& settings,
                                                     const core::CancelToken& cancel);
HashParameters hash_parameters_of(const Settings& settings);

}  // namespace resources::firebase
