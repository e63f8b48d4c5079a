#pragma once
// The WWW-Authenticate header of a registry.

#include <map>
#include <string>

namespace resources::images {

struct AuthChallenge {
  std::string scheme;  // "basic", "bearer": lower case; empty when the header is none
  std::map<std::string, std::string> parameters;  // realm, service, scope; names in lower case
};

// `Bearer realm="https://auth.example/token",service="registry",scope="repository:a/b:pull"`. Never
// throws: what does not fit that form ends the list.
AuthChallenge parse_challenge(const std::string& header);

}  // namespace resources::images
