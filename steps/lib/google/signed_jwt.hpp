#pragma once
// The assertion by which a service account asks for an access token (RFC 7523), signed RS256.

#include <cstdint>
#include <string>
#include <string_view>

#include "google/service_account.hpp"

namespace google {

// Valid for an hour from `unix_seconds` on. Throws Error(kConfiguration) when the private key
// cannot be used.
std::string signed_jwt(const ServiceAccount& account, const std::string& scope,
                       std::int64_t unix_seconds);

// RFC 4648 section 5, without padding.
std::string base64url(std::string_view bytes);

}  // namespace google
