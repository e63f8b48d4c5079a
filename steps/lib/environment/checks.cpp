#include "environment/checks.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

namespace environment {

namespace {

class Findings {
 public:
  explicit Findings(const json::Value& document) : m_resources(document.at("resources")) {}

  void needs(bool condition, const std::string& place, const std::string& text) {
    needs_at(condition, "/resources/" + place, text);
  }
  void needs_at(bool condition, const std::string& place, const std::string& text) {
    if (!condition) m_list.push_back(fmt::format("{}: {}", place, text));
  }
  const json::Value* resource(const char* name) const { return m_resources.find(name); }
  std::vector<std::string> take() { return std::move(m_list); }

 private:
  const json::Value& m_resources;
  std::vector<std::string> m_list;
};

void check_registry(Findings& findings, const json::Value& registry) {
  const std::string place = "images/registry";
  const std::string auth = registry.get_string("auth", "none");
  if (auth == "basic")
    findings.needs(registry.contains("username") && registry.contains("password"), place,
                   "auth basic needs username and password");
  if (auth == "ecr") findings.needs(registry.contains("region"), place, "auth ecr needs region");
  findings.needs(registry.contains("access_key_id") == registry.contains("secret_access_key"),
                 place, "access_key_id and secret_access_key need each other");
}

void check_images(Findings& findings) {
  const auto* images = findings.resource("images");
  if (images == nullptr) return;
  findings.needs(images->contains("compose_file") || images->contains("env_file"), "images",
                 "compose_file or env_file is missing");
  if (const auto* registry = images->find("registry")) check_registry(findings, *registry);
}

void check_databases(Findings& findings, const json::Value& mysql) {
  static constexpr std::array<std::string_view, 4> kSystem{"mysql", "sys", "information_schema",
                                                           "performance_schema"};
  const auto databases = mysql.get_strings("databases");
  for (std::size_t i = 0; i < databases.size(); ++i)
    for (const auto name : kSystem)
      findings.needs(databases[i] != name, fmt::format("mysql/databases/{}", i),
                     "is a schema of the server itself, which no restore can replace");
}

void check_mysql(Findings& findings) {
  const auto* mysql = findings.resource("mysql");
  if (mysql == nullptr) return;
  const bool replaces = mysql->get_string("definer", "keep") == "replace";
  findings.needs(replaces == mysql->contains("replace_definer_with"), "mysql",
                 "definer replace and replace_definer_with need each other");
  if (const auto* tls = mysql->find("tls"))
    findings.needs(tls->contains("cert_file") == tls->contains("key_file"), "mysql/tls",
                   "cert_file and key_file need each other");
  check_databases(findings, *mysql);
}

void check_elasticsearch(Findings& findings) {
  const auto* elastic = findings.resource("elasticsearch");
  if (elastic == nullptr) return;
  findings.needs(elastic->contains("username") == elastic->contains("password"), "elasticsearch",
                 "username and password need each other");
  findings.needs(!(elastic->contains("username") && elastic->contains("api_key")), "elasticsearch",
                 "give either username or api_key");
  findings.needs(elastic->get_string("method") != "snapshot" || elastic->contains("snapshot"),
                 "elasticsearch", "method snapshot needs snapshot.repository_path");
}

// What two roots hold would be archived twice.
void check_roots(Findings& findings, const json::Value& database, const std::string& place) {
  const auto roots = database.get_strings("collections");
  for (const auto& root : roots) {
    findings.needs(root != "*" || roots.size() == 1, place + "/collections",
                   "\"*\" is the whole database: name nothing else");
    for (const auto& other : roots)
      findings.needs(root.compare(0, other.size() + 1, other + "/") != 0, place + "/collections",
                     fmt::format("{} lies below {}", root, other));
  }
}

void check_firestore(Findings& findings, const json::Value& firestore) {
  const auto& databases = firestore.at("databases").as_array();
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < databases.size(); ++i) {
    const auto place = fmt::format("firebase/firestore/databases/{}", i);
    const auto id = databases[i].get_string("id", "(default)");
    findings.needs(std::find(seen.begin(), seen.end(), id) == seen.end(), place,
                   fmt::format("the database {} stands here already", id));
    seen.push_back(id);
    check_roots(findings, databases[i], place);
  }
}

void check_firebase(Findings& findings) {
  const auto* firebase = findings.resource("firebase");
  if (firebase == nullptr) return;
  const bool emulator = firebase->get_bool("emulator");
  findings.needs(emulator != firebase->contains("credentials"), "firebase",
                 "give either credentials or emulator");
  findings.needs(firebase->contains("realtime") || firebase->contains("firestore") ||
                     firebase->contains("auth"),
                 "firebase", "needs realtime, firestore or auth");
  if (const auto* firestore = firebase->find("firestore")) check_firestore(findings, *firestore);
  for (const std::string part : {"firestore", "auth"})
    if (const auto* section = firebase->find(part))
      findings.needs(!emulator || section->contains("endpoint"), "firebase/" + part,
                     "needs the endpoint of the emulator");
}

void check_jenkins(Findings& findings, const json::Value& document) {
  const auto* jenkins = document.find("jenkins");
  if (jenkins == nullptr) return;
  findings.needs_at(jenkins->contains("user") == jenkins->contains("token"), "/jenkins",
                    "user and token need each other");
}

// "https://host:port" of a URL.
std::string origin_of(const std::string& url) {
  const auto host = url.find("://");
  return url.substr(0, host == std::string::npos ? host : url.find('/', host + 3));
}

// A restore must not close the page that runs it.
std::vector<std::string> check_admin(const json::Value& document) {
  const auto* admin = document.find("admin");
  const auto* maintenance = document.find("maintenance");
  if (admin == nullptr || maintenance == nullptr) return {};
  const std::string site = origin_of(maintenance->get_string("probe_url"));
  if (site.empty() || origin_of(admin->get_string("url")) != site) return {};
  return {
      "/admin/url: is the site that maintenance closes: give the Admin Interface one of its own"};
}

void check_publish(Findings& findings, const json::Value& document) {
  const auto* publish = document.find("publish");
  if (publish == nullptr) return;
  const auto needs = [&](bool condition, const std::string& text) {
    findings.needs_at(condition, "/publish", text);
  };
  const auto* firestore = publish->find("firestore");
  const bool emulator = publish->get_bool("emulator");
  needs(emulator != publish->contains("credentials"), "needs credentials, or emulator true");
  needs(firestore != nullptr || publish->contains("realtime"), "needs realtime or firestore");
  needs(firestore == nullptr || publish->contains("project"), "firestore needs project");
  needs(firestore == nullptr || !emulator || firestore->contains("endpoint"),
        "firestore needs the endpoint of the emulator");
}

// Links resolved as far as the path exists.
std::filesystem::path real(const std::string& path) {
  std::error_code failure;
  auto found = std::filesystem::weakly_canonical(path, failure);
  if (failure) found = std::filesystem::path(path).lexically_normal();
  return found.has_filename() ? found : found.parent_path();
}

bool lies_in(const std::filesystem::path& inner, const std::filesystem::path& outer) {
  const auto rest = inner.lexically_relative(outer);
  return !rest.empty() && *rest.begin() != "..";
}

// $ref leads to a definition of the same schema.
const json::Value& resolve(const json::Value& rule, const json::Value& schema) {
  static constexpr std::string_view kPrefix = "#/definitions/";
  const auto* reference = rule.find("$ref");
  if (reference == nullptr) return rule;
  return schema.at("definitions").at(reference->as_string().substr(kPrefix.size()));
}

}  // namespace

std::vector<std::string> check_pairs(const json::Value& document) {
  Findings findings(document);
  check_images(findings);
  check_mysql(findings);
  check_elasticsearch(findings);
  check_firebase(findings);
  check_publish(findings, document);
  check_jenkins(findings, document);
  auto list = findings.take();
  for (auto& finding : check_admin(document)) list.push_back(std::move(finding));
  return list;
}

std::vector<std::string> check_folders(const json::Value& document) {
  std::vector<std::pair<std::string, std::string>> folders;
  for (const char* key : {"archive_folder", "state_folder", "view_file"})
    if (const auto* folder = document.find(key)) folders.emplace_back(key, folder->as_string());
  // a restore must not roll back the page that runs it
  if (const auto* admin = document.find("admin");
      admin != nullptr && admin->contains("data_folder"))
    folders.emplace_back("admin/data_folder", admin->at("data_folder").as_string());
  std::vector<std::string> findings;
  for (const auto& [key, folder] : folders)
    for (const char* name : {"config_local", "deployment"}) {
      const auto* section = document.at("resources").find(name);
      if (section == nullptr) continue;
      const std::string path = section->at("path").as_string();
      if (lies_in(real(folder), real(path)))
        findings.push_back(fmt::format("/{}: lies inside {} ({}), whose restore would replace it",
                                       key, name, path));
    }
  return findings;
}

void fill_in_defaults(json::Value& section, const json::Value& rule, const json::Value& schema) {
  const auto* properties = resolve(rule, schema).find("properties");
  if (properties == nullptr || !section.is_object()) return;
  for (const auto& [key, node] : properties->as_object()) {
    const json::Value& part = resolve(node, schema);
    if (json::Value* present = section.find(key))
      fill_in_defaults(*present, part, schema);
    else if (const auto* fallback = part.find("default"))
      section.set(key, *fallback);
  }
}

}  // namespace environment
