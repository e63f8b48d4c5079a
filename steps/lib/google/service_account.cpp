#include "google/service_account.hpp"

#include "core/error.hpp"
#include "json/value.hpp"

namespace google {

namespace {

constexpr const char* kHint =
    "make a new key of the service account (JSON) and put the whole file into the secret";

[[noreturn]] void refuse(const std::string& what) {
  throw core::Error(core::ExitCode::kConfiguration, "the key of the Google service account " + what,
                    kHint);
}

// The parser's own message could show a part of the key.
json::Value parsed(const std::string& key_file) {
  try {
    return json::parse(key_file, "key");
  } catch (const core::Error&) {
    refuse("is not JSON");
  }
}

std::string text(const json::Value& key, const char* name) {
  const auto* found = key.find(name);
  if (found == nullptr || !found->is_string() || found->as_string().empty())
    refuse(std::string("has no ") + name);
  return found->as_string();
}

}  // namespace

ServiceAccount parse_service_account(const std::string& key_file) {
  const auto key = parsed(key_file);
  if (!key.is_object() || text(key, "type") != "service_account")
    refuse("is not one of type service_account");
  ServiceAccount account;
  account.client_email = text(key, "client_email");
  account.private_key = text(key, "private_key");
  account.private_key_id = text(key, "private_key_id");
  account.token_uri = text(key, "token_uri");
  account.project = text(key, "project_id");
  return account;
}

}  // namespace google
