#pragma once
// Access tokens of one service account, asked for when needed, kept, and renewed before they
// expire. Any thread.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/cancel_token.hpp"
#include "core/clock.hpp"
#include "google/service_account.hpp"

namespace google {

class AccessTokens {
 public:
  // Of the emulators, which take the token "owner" as an administrator's.
  AccessTokens() = default;
  // Of a service account. `ca_file`: certificate authority of token_uri; empty: the system's.
  AccessTokens(ServiceAccount account, const core::CancelToken& cancel,
               const core::Clock& clock = core::system_clock(), std::string ca_file = "");

  // One that is valid for at least five more minutes. Throws Error(kCredentials) when Google
  // refuses the account, Error(kUnreachable).
  std::string current();
  // A service refused this token (401): the next current() asks for another, if it is still the
  // one kept.
  void refused(const std::string& token);
  // The project that the account belongs to; empty for the emulators.
  std::string project() const { return m_account ? m_account->project : ""; }
  std::string account() const { return m_account ? m_account->client_email : "owner"; }

 private:
  void renew();

  std::optional<ServiceAccount> m_account;
  const core::CancelToken* m_cancel = nullptr;
  const core::Clock* m_clock = nullptr;
  std::string m_ca_file;
  std::mutex m_mutex;
  std::string m_token;
  std::int64_t m_renew_at_ms = 0;  // boot time
};

}  // namespace google
