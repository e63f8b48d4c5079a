#include "tests/contract/images/test_registry.hpp"

#include <cstdlib>
#include <map>

#include "core/sha256.hpp"
#include "resources/images/auth_challenge.hpp"

namespace images_test {

namespace {
constexpr const char* kManifest = "application/vnd.docker.distribution.manifest.v2+json";

std::string variable(const std::string& name) {
  const char* text = std::getenv(name.c_str());
  return text == nullptr ? "" : text;
}

std::string digest_of(const std::string& bytes) {
  return "sha256:" + core::sha256_hex(bytes);
}

std::string layer(const char* media_type, const std::string& bytes, const std::string& digest) {
  return R"({"mediaType":")" + std::string(media_type) + R"(","size":)" +
         std::to_string(bytes.size()) + R"(,"digest":")" + digest + R"("})";
}
}  // namespace

TestRegistry::TestRegistry(const std::string& kind) : m_kind(kind) {
  static const std::map<std::string, std::string> prefixes{{"none", "TEST_REGISTRY"},
                                                           {"basic", "TEST_REGISTRY_BASIC"},
                                                           {"token", "TEST_REGISTRY_TOKEN"},
                                                           {"ecr", "TEST_REGISTRY_ECR"}};
  const std::string& prefix = prefixes.at(kind);
  m_url = variable(prefix + "_URL");
  m_user = variable(prefix + "_USER");
  m_password = variable(prefix + "_PASSWORD");
  if (m_url.empty()) {
    m_skipped = variable(prefix + "_SKIPPED");
    if (m_skipped.empty()) m_skipped = prefix + "_URL is not set: run by tests/services/with";
    return;
  }
  if (kind == "ecr" && variable("TEST_MOTO_URL").empty()) m_skipped = "moto is not there";
  http::ClientOptions options;
  options.hosts = {m_url};
  if (kind == "basic" || kind == "ecr") options.authentication = http::Basic{m_user, m_password};
  m_client.emplace(options, m_cancel);
}

json::Value TestRegistry::section(const std::string& password) const {
  json::Value section = json::Value::object();
  section.set("insecure", true);
  section.set("auth", m_kind);
  if (m_kind == "none") return section;
  if (m_kind == "ecr") {
    section.set("region", "eu-central-1");
    section.set("endpoint", variable("TEST_MOTO_URL"));
    section.set("access_key_id", "AKIDEXAMPLE");
    section.set("secret_access_key", "secret");
    section.set("session_token", "session");
    return section;
  }
  section.set("username", m_user);
  section.set("password", password.empty() ? m_password : password);
  return section;
}

// A token is asked for as a docker client does: with the scope that the refusal names.
http::Response TestRegistry::send(http::Request request) {
  auto response = m_client->send(request);
  if (response.status == 401 && m_kind == "token") {
    auto challenge = resources::images::parse_challenge(response.header("WWW-Authenticate"));
    http::ClientOptions options;
    options.authentication = http::Basic{m_user, m_password};
    http::Request ask;
    ask.url = challenge.parameters["realm"] + "?service=" + challenge.parameters["service"] +
              "&scope=" + http::encode_part(challenge.parameters["scope"]);
    const auto answer = http::Client(options, m_cancel).send(ask);
    http::require_ok(answer, "token");
    const auto token = json::parse(answer.body, "token").at("token").as_string();
    request.headers.emplace_back("Authorization", "Bearer " + token);
    response = m_client->send(request);
  }
  http::require_ok(response, request.method + " " + request.url);
  return response;
}

std::string TestRegistry::put_blob(const std::string& repository, const std::string& content) {
  http::Request begin;
  begin.method = "POST";
  begin.url = "/v2/" + repository + "/blobs/uploads/";
  const std::string digest = digest_of(content);
  http::Request put;
  put.method = "PUT";
  put.url = send(begin).header("Location");
  put.url += (put.url.find('?') == std::string::npos ? "?digest=" : "&digest=") + digest;
  put.body = content;
  put.headers = {{"Content-Type", "application/octet-stream"}};
  send(put);
  return digest;
}

std::string TestRegistry::push(const std::string& repository, const std::string& tag,
                               const std::string& content) {
  const std::string config = R"({"architecture":"amd64","os":"linux"})";
  const std::string manifest = R"({"schemaVersion":2,"mediaType":")" + std::string(kManifest) +
                               R"(","config":)" +
                               layer("application/vnd.docker.container.image.v1+json", config,
                                     put_blob(repository, config)) +
                               R"(,"layers":[)" +
                               layer("application/vnd.docker.image.rootfs.diff.tar.gzip", content,
                                     put_blob(repository, content)) +
                               "]}";
  http::Request put;
  put.method = "PUT";
  put.url = "/v2/" + repository + "/manifests/" + tag;
  put.body = manifest;
  put.headers = {{"Content-Type", kManifest}};
  send(put);
  return digest_of(manifest);
}

void TestRegistry::remove(const std::string& repository, const std::string& digest) {
  http::Request request;
  request.method = "DELETE";
  request.url = "/v2/" + repository + "/manifests/" + digest;
  send(request);
}

}  // namespace images_test
