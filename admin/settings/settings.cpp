#include "admin/settings/settings.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "admin/embedded.hpp"
#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "environment/environment.hpp"
#include "json/schema.hpp"
#include "json/value.hpp"

namespace admin {

namespace {

[[noreturn]] void refuse(const std::string& path, const std::vector<std::string>& mistakes) {
  throw core::Error(core::ExitCode::kConfiguration,
                    fmt::format("{} is not valid:\n  {}", path, fmt::join(mistakes, "\n  ")),
                    "admin/README.md explains every key");
}

json::Value read_document(const std::string& path) {
  const auto document = json::parse_with_comments(core::read_file(path), path);
  if (auto mistakes = json::validate(document, embedded::text("athena-admin.schema.json"));
      !mistakes.empty())
    refuse(path, mistakes);
  return document;
}

// A secret that everybody on the machine can read, or that others can change, is none.
void check_modes(const std::string& path, const std::string& key) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return;  // reading it says why
  const auto refuse_file = [&](const std::string& what) {
    throw core::Error(core::ExitCode::kConfiguration, fmt::format("{} of {}: {}", path, key, what),
                      "chmod 600 it, and chown it to the user of the service or to root");
  };
  if ((info.st_mode & (S_IWGRP | S_IRWXO)) != 0)
    refuse_file(fmt::format("its mode {:04o} lets others read or change the secret",
                            info.st_mode & 07777U));
  if (info.st_uid != ::geteuid() && info.st_uid != 0)
    refuse_file(fmt::format("it belongs to user {}, who can change the secret", info.st_uid));
}

std::string secret(const json::Value& section, const char* key) {
  const auto* reference = section.find(key);
  if (reference == nullptr) return "";
  if (const auto* file = reference->find("file")) check_modes(file->as_string(), key);
  return environment::resolve_secret(*reference);
}

std::string without_slash(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

EnvironmentSource read_source(const json::Value& entry) {
  return {entry.at("name").as_string(), entry.get_string("view_file"),
          without_slash(entry.get_string("view_url")), secret(entry, "view_account")};
}

JenkinsSettings read_jenkins(const json::Value& section) {
  JenkinsSettings jenkins;
  jenkins.url = without_slash(section.at("url").as_string());
  jenkins.user = section.at("user").as_string();
  jenkins.token = secret(section, "token");
  jenkins.ca_file = section.get_string("ca_file");
  jenkins.folder = section.get_string("folder");
  jenkins.timeout_seconds = static_cast<int>(section.get_int("timeout_seconds", 15));
  return jenkins;
}

ProxySettings read_proxy(const json::Value& section) {
  ProxySettings proxy;
  if (section.contains("addresses")) proxy.addresses = section.get_strings("addresses");
  proxy.secret = secret(section, "secret");
  proxy.sign_in = section.get_bool("sign_in");
  proxy.sign_out_url = section.get_string("sign_out_url");
  proxy.operator_groups = section.get_strings("operator_groups");
  proxy.viewer_groups = section.get_strings("viewer_groups");
  return proxy;
}

void read_limits(const json::Value& document, Settings& settings) {
  if (const auto* session = document.find("session")) {
    settings.idle_seconds = session->get_int("idle_seconds", settings.idle_seconds);
    settings.longest_seconds = session->get_int("longest_seconds", settings.longest_seconds);
  }
  if (const auto* login = document.find("login")) {
    settings.login_attempts = static_cast<int>(login->get_int("attempts", settings.login_attempts));
    settings.lockout_seconds = login->get_int("lockout_seconds", settings.lockout_seconds);
  }
}

// What a schema cannot say.
std::vector<std::string> mistakes_of(const Settings& settings) {
  std::vector<std::string> mistakes;
  for (const auto& source : settings.environments)
    if (source.view_file.empty() == source.view_url.empty())
      mistakes.push_back(
          fmt::format("/environments: {} needs either view_file or view_url", source.name));
  if (settings.proxy.secret.size() < 16)
    mistakes.emplace_back("/proxy/secret: must have at least 16 characters");
  if (settings.public_url.find('/', settings.public_url.find("://") + 3) != std::string::npos)
    mistakes.emplace_back(
        "/public_url: must end after the host: the service needs a name of its own");
  const bool here = settings.public_url.rfind("http://127.0.0.1", 0) == 0 ||
                    settings.public_url.rfind("http://localhost", 0) == 0;
  if (!settings.https() && !here)
    mistakes.emplace_back(
        "/public_url: must be https://: a session's cookie is not sent in the clear");
  return mistakes;
}

}  // namespace

Settings load_settings(const std::string& path) {
  const auto document = read_document(path);
  Settings settings;
  settings.listen = document.get_string("listen", settings.listen);
  settings.port = static_cast<int>(document.get_int("port", settings.port));
  settings.public_url = without_slash(document.at("public_url").as_string());
  settings.data_folder = document.at("data_folder").as_string();
  for (const auto& entry : document.at("environments").as_array())
    settings.environments.push_back(read_source(entry));
  settings.jenkins = read_jenkins(document.at("jenkins"));
  settings.proxy = read_proxy(document.at("proxy"));
  read_limits(document, settings);
  if (const auto mistakes = mistakes_of(settings); !mistakes.empty()) refuse(path, mistakes);
  return settings;
}

std::string load_data_folder(const std::string& path) {
  return read_document(path).at("data_folder").as_string();
}

}  // namespace admin
