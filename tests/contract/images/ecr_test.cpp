// GetAuthorizationToken against moto's ECR.
#include <cstdlib>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "resources/images/registry_client.hpp"

TEST_CASE("ECR hands out a password for keys and region") {
  const char* url = std::getenv("TEST_MOTO_URL");
  if (url == nullptr) {
    const char* reason = std::getenv("TEST_MOTO_SKIPPED");
    WARN("skipped: " << (reason == nullptr ? "TEST_MOTO_URL is not set" : reason));
    return;
  }
  resources::images::ImageSettings settings;
  settings.registry.auth = resources::images::RegistryAuth::kEcr;
  settings.registry.region = "eu-central-1";
  settings.registry.endpoint = url;
  settings.registry.access_key_id = "AKIDEXAMPLE";
  settings.registry.secret_access_key = "secret";
  settings.registry.session_token = "session";
  settings.secret = [](const json::Value& reference) { return reference.as_string(); };
  core::CancelToken cancel;
  // "AWS:123456789012-auth-token"
  CHECK(resources::images::ecr_authorization(settings, cancel) ==
        "QVdTOjEyMzQ1Njc4OTAxMi1hdXRoLXRva2Vu");
}
