#pragma once
// Copies all users. Identity Toolkit has no snapshot: users must be out while this runs.

#include <mutex>

#include "archive/chunk_sink.hpp"
#include "core/error.hpp"
#include "resources/firebase/auth_accounts.hpp"
#include "resources/firebase/auth_archive.hpp"
#include "resources/resource.hpp"

namespace resources::firebase {

class AuthCapture final : public Work {
 public:
  AuthCapture(const Settings& settings, archive::ChunkSink& sink, core::Context& context);

  std::vector<Task> plan() override;  // a tenant each
  json::Value finish() override;

 private:
  // Throws Error(kCredentials) naming users whose password hash is not told.
  void capture(Accounts& accounts);

  archive::ChunkSink& m_sink;
  core::Context& m_context;
  std::vector<std::shared_ptr<Accounts>> m_accounts;
  std::vector<ArchivedTenant> m_captured;
  std::mutex m_mutex;
};

// For people: what to do about hashes that are not told.
core::Error missing_hashes(const std::string& title, std::uint64_t users, const std::string& first);

}  // namespace resources::firebase
