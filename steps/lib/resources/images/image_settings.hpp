#pragma once
// The section `images` of environment.json.

#include <string>
#include <vector>

#include "resources/settings.hpp"

namespace resources::images {

enum class RegistryAuth { kNone, kBasic, kToken, kEcr };

struct RegistrySettings {
  bool insecure = false;  // http instead of https
  std::string ca_file;
  RegistryAuth auth = RegistryAuth::kNone;
  std::string username;
  json::Value password;  // this and the following: references, resolved when they are needed
  std::string region;
  json::Value access_key_id;  // without: the AWS_* variables
  json::Value secret_access_key;
  json::Value session_token;
  std::string endpoint;  // of ECR's API; empty: Amazon's for the region
};

struct HealthCheck {
  std::string url;  // empty: none
  int expect_status = 200;
  int timeout_seconds = 120;
};

struct ImageSettings {
  std::string compose_file;
  std::string env_file;  // empty and none beside the Compose file: no variables
  // Put back by a restore, and started by apply. Without a Compose file: keys of the env_file whose
  // values are whole images.
  std::vector<std::string> services;
  RegistrySettings registry;
  std::vector<std::string> apply_command;
  int apply_timeout_seconds = 900;
  HealthCheck health_check;
  SecretSource secret;
};

// Throws Error(kConfiguration) for a section that names no file, or registry settings that do not
// go together.
ImageSettings read_settings(const Settings& settings);

}  // namespace resources::images
