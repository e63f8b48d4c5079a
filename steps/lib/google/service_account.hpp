#pragma once
// The key file of a service account, as Google's console hands it out.

#include <string>

namespace google {

struct ServiceAccount {
  std::string client_email;
  std::string private_key;  // PEM
  std::string private_key_id;
  std::string project;
  std::string token_uri;  // where tokens are asked for
};

// Throws Error(kConfiguration) naming what is missing or wrong; never shows a value.
ServiceAccount parse_service_account(const std::string& key_file);

}  // namespace google
