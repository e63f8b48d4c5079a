#include "resources/images/image_settings.hpp"

#include <cstdlib>
#include <map>

#include <sys/stat.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"

namespace resources::images {

namespace {
[[noreturn]] void refuse(const std::string& message, const std::string& hint) {
  throw core::Error(core::ExitCode::kConfiguration, message, hint);
}

RegistryAuth auth_from(const std::string& text) {
  static const std::map<std::string, RegistryAuth> kinds{{"none", RegistryAuth::kNone},
                                                         {"basic", RegistryAuth::kBasic},
                                                         {"token", RegistryAuth::kToken},
                                                         {"ecr", RegistryAuth::kEcr}};
  const auto found = kinds.find(text);
  if (found == kinds.end())
    refuse("images.registry.auth is '" + text + "'", "it is none, basic, token or ecr");
  return found->second;
}

json::Value reference(const json::Value& section, const std::string& key) {
  const json::Value* found = section.find(key);
  return found == nullptr ? json::Value() : *found;
}

void check(const RegistrySettings& registry) {
  const bool named = registry.auth == RegistryAuth::kBasic || registry.auth == RegistryAuth::kToken;
  if (registry.auth == RegistryAuth::kBasic && registry.password.is_null())
    refuse("images.registry.auth is basic, but there is no password", "give username and password");
  if (named && registry.username.empty() != registry.password.is_null())
    refuse("images.registry has one of username and password only", "give both, or none");
  if (registry.auth == RegistryAuth::kEcr && registry.region.empty())
    refuse("images.registry.auth is ecr, but region is missing", "give the region");
}

json::Value variable(const char* name) {
  json::Value reference = json::Value::object();
  reference.set("env", name);
  return reference;
}

void read_keys(RegistrySettings& registry, const json::Value& section) {
  registry.access_key_id = reference(section, "access_key_id");
  registry.secret_access_key = reference(section, "secret_access_key");
  registry.session_token = reference(section, "session_token");
  if (!registry.access_key_id.is_null()) return;
  // as every tool of Amazon does
  registry.access_key_id = variable("AWS_ACCESS_KEY_ID");
  registry.secret_access_key = variable("AWS_SECRET_ACCESS_KEY");
  if (std::getenv("AWS_SESSION_TOKEN") != nullptr)
    registry.session_token = variable("AWS_SESSION_TOKEN");
}

RegistrySettings read_registry(const json::Value& section) {
  RegistrySettings registry;
  registry.insecure = section.get_bool("insecure");
  registry.ca_file = section.get_string("ca_file");
  registry.auth = auth_from(section.get_string("auth", "none"));
  registry.username = section.get_string("username");
  registry.password = reference(section, "password");
  registry.region = section.get_string("region");
  read_keys(registry, section);
  registry.endpoint = section.get_string("endpoint");
  check(registry);
  return registry;
}

// As Compose itself does.
std::string env_file_beside(const std::string& compose_file) {
  const std::string path = core::folder_of(compose_file) + "/.env";
  struct stat entry {};
  return ::stat(path.c_str(), &entry) == 0 ? path : "";
}
}  // namespace

ImageSettings read_settings(const Settings& settings) {
  const json::Value& section = settings.section;
  ImageSettings read;
  read.secret = settings.secret;
  read.compose_file = section.get_string("compose_file");
  read.env_file = section.get_string("env_file");
  if (read.compose_file.empty() && read.env_file.empty())
    refuse("images names neither compose_file nor env_file", "name the Compose file");
  if (read.env_file.empty()) read.env_file = env_file_beside(read.compose_file);
  read.services = section.get_strings("services");
  if (read.services.empty())
    refuse("images names no services",
           "list the services whose versions a restore may change: never the data stores");
  if (const json::Value* registry = section.find("registry"))
    read.registry = read_registry(*registry);
  read.apply_command = section.get_strings("apply_command");
  read.apply_timeout_seconds = static_cast<int>(section.get_int("apply_timeout_seconds", 900));
  if (const json::Value* health = section.find("health_check")) {
    read.health_check.url = health->get_string("url");
    read.health_check.expect_status = static_cast<int>(health->get_int("expect_status", 200));
    read.health_check.timeout_seconds = static_cast<int>(health->get_int("timeout_seconds", 120));
  }
  return read;
}

}  // namespace resources::images
