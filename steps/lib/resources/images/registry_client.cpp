#include "resources/images/registry_client.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/sha256.hpp"
#include "resources/images/auth_challenge.hpp"

namespace resources::images {

using core::Error;
using core::ExitCode;

namespace {
constexpr const char* kManifestTypes =
    "application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json";
constexpr std::size_t kLargestManifest = std::size_t{4} << 20;

http::ClientOptions client_options(const ImageSettings& settings) {
  http::ClientOptions options;
  options.name = "the image registry";
  options.tls.ca_file = settings.registry.ca_file;
  options.total_timeout_seconds = 60;
  options.response_limit_bytes = kLargestManifest;
  return options;
}

std::string address_of(const ImageReference& image) {
  return image.registry == "docker.io" ? "registry-1.docker.io" : image.registry;
}

std::string shown(const ImageReference& image) {
  return fmt::format("image {}/{}{}{}", image.registry, image.repository,
                     image.digest.empty() ? ":" : "@", image.version());
}

[[noreturn]] void no_registry(const std::string& what, const std::string& why) {
  throw Error(ExitCode::kServiceError, fmt::format("{}: {}", what, why),
              "check that its address is the one of an image registry");
}

json::Value parsed(const http::Response& response, const std::string& what) {
  try {
    return json::parse(response.body, what);
  } catch (const Error& error) {
    no_registry(what, fmt::format("{} does not answer with JSON", response.url));
  }
}

std::string base64(const std::string& bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    unsigned group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text += at + i <= bytes.size() ? kDigits[group >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

std::string token_url(const AuthChallenge& challenge, const std::string& repository) {
  const auto get = [&](const char* name) {
    const auto found = challenge.parameters.find(name);
    return found == challenge.parameters.end() ? std::string() : found->second;
  };
  const std::string realm = get("realm");
  const std::string scope = get("scope");
  std::string url = realm + (realm.find('?') == std::string::npos ? '?' : '&');
  url += "scope=" + http::encode_part(scope.empty() ? "repository:" + repository + ":pull" : scope);
  if (const auto service = get("service"); !service.empty())
    url += "&service=" + http::encode_part(service);
  return url;
}
}  // namespace

RegistryClient::RegistryClient(const ImageSettings& settings, const core::CancelToken& cancel)
    : m_settings(settings), m_cancel(cancel), m_client(client_options(settings), cancel) {}

std::optional<std::string> RegistryClient::digest(const ImageReference& image) {
  const auto response = ask("HEAD", image);
  if (response.status == 404) return std::nullopt;
  http::require_ok(response, shown(image));
  const std::string digest = response.header("Docker-Content-Digest");
  if (digest.empty()) return digest_by_content(image);
  if (!is_digest(digest)) no_registry(shown(image), response.url + " answers no digest");
  return digest;
}

// Some registries leave the header out; the digest is that of the manifest's bytes.
std::string RegistryClient::digest_by_content(const ImageReference& image) {
  const auto response = ask("GET", image);
  http::require_ok(response, shown(image));
  if (parsed(response, shown(image)).find("schemaVersion") == nullptr)
    no_registry(shown(image), response.url + " answers no manifest");
  return "sha256:" + core::sha256_hex(response.body);
}

http::Response RegistryClient::ask(const std::string& method, const ImageReference& image) {
  http::Request request;
  request.method = method;
  request.url =
      fmt::format("{}://{}/v2/{}/manifests/{}", m_settings.registry.insecure ? "http" : "https",
                  address_of(image), image.repository, image.version());
  request.headers = {{"Accept", kManifestTypes}};
  const auto known = m_authorizations.find(address_of(image) + "/" + image.repository);
  const std::string authorization =
      known != m_authorizations.end() ? known->second : basic_authorization();
  if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
  const auto response = m_client.send(request);
  return response.status == 401 ? ask_again(response, std::move(request), image) : response;
}

// A Bearer challenge names the service that hands out tokens; anything else is a refusal.
http::Response RegistryClient::ask_again(const http::Response& refusal, http::Request request,
                                         const ImageReference& image) {
  const std::string challenge = refusal.header("WWW-Authenticate");
  if (parse_challenge(challenge).scheme != "bearer") return refusal;
  const std::string authorization = "Bearer " + fetch_token(challenge, image.repository);
  m_authorizations[address_of(image) + "/" + image.repository] = authorization;
  request.headers = {{"Accept", kManifestTypes}, {"Authorization", authorization}};
  return m_client.send(request);
}

std::string RegistryClient::password() const {
  return m_settings.secret(m_settings.registry.password);
}

std::string RegistryClient::basic_authorization() {
  if (m_settings.registry.auth == RegistryAuth::kBasic)
    return "Basic " + base64(m_settings.registry.username + ":" + password());
  if (m_settings.registry.auth != RegistryAuth::kEcr) return "";
  if (m_ecr_authorization.empty())
    m_ecr_authorization = "Basic " + ecr_authorization(m_settings, m_cancel);
  return m_ecr_authorization;
}

std::string RegistryClient::fetch_token(const std::string& header, const std::string& repository) {
  const auto& registry = m_settings.registry;
  http::Request request;
  request.url = token_url(parse_challenge(header), repository);
  const bool is_open = request.url.compare(0, 8, "https://") != 0;
  if (is_open && !registry.insecure)
    throw Error(ExitCode::kConfiguration,
                fmt::format("the registry sends us to {} for a token, which is not https",
                            http::without_secrets(request.url)),
                "set images.registry.insecure only where the network is trusted");
  if (!registry.username.empty() && registry.auth != RegistryAuth::kEcr)
    request.headers.emplace_back("Authorization",
                                 "Basic " + base64(registry.username + ":" + password()));
  const auto response = m_client.send(request);
  http::require_ok(response, "asking for a token for " + repository);
  const auto document = parsed(response, "asking for a token for " + repository);
  for (const char* key : {"token", "access_token"})
    if (const auto* token = document.find(key); token != nullptr && token->is_string())
      return token->as_string();
  no_registry("asking for a token for " + repository, response.url + " answers without a token");
}

void require_one_registry(const ImageSettings& settings,
                          const std::vector<ImageReference>& images) {
  const auto& registry = settings.registry;
  if (registry.auth == RegistryAuth::kNone) return;
  std::set<std::string> registries;
  for (const auto& image : images) registries.insert(image.registry);
  if (registries.size() < 2) return;
  throw Error(ExitCode::kConfiguration,
              fmt::format("the images come from {} registries, {} and {} among them, but one has "
                          "the credentials",
                          registries.size(), *registries.begin(), *registries.rbegin()),
              "list in images.services only the services of your own registry");
}

}  // namespace resources::images
