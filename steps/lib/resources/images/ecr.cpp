// GetAuthorizationToken of Amazon's Elastic Container Registry.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/images/registry_client.hpp"

namespace resources::images {

using core::Error;
using core::ExitCode;

namespace {
std::string endpoint_of(const RegistrySettings& registry) {
  if (!registry.endpoint.empty()) return registry.endpoint;
  const bool is_china = registry.region.compare(0, 3, "cn-") == 0;
  return fmt::format("https://api.ecr.{}.amazonaws.com{}", registry.region, is_china ? ".cn" : "");
}

http::ClientOptions options_for(const ImageSettings& settings) {
  const auto& registry = settings.registry;
  http::ClientOptions options;
  options.name = "ECR";
  options.hosts = {endpoint_of(registry)};
  if (!registry.endpoint.empty()) options.tls.ca_file = registry.ca_file;
  options.total_timeout_seconds = 60;
  options.response_limit_bytes = std::size_t{1} << 20;
  options.authentication = http::AwsKeys{
      settings.secret(registry.access_key_id), settings.secret(registry.secret_access_key),
      registry.session_token.is_null() ? "" : settings.secret(registry.session_token),
      registry.region, "ecr"};
  return options;
}

// AWS answers 400 with the reason in __type, for wrong keys too.
bool is_refusal(const std::string& body) {
  for (const char* reason :
       {"UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException",
        "AccessDeniedException", "MissingAuthenticationTokenException", "IncompleteSignature",
        "InvalidClientTokenId"})
    if (body.find(reason) != std::string::npos) return true;
  return false;
}

void require_answer(const http::Response& response) {
  if (response.status == 400 && is_refusal(response.body))
    throw Error(
        ExitCode::kCredentials,
        fmt::format("ECR at {} rejects the keys: {}", response.url, response.body.substr(0, 200)),
        "check access_key_id, secret_access_key, session_token and region");
  http::require_ok(response, "asking ECR for a password");
}

std::string token_in(const http::Response& response) {
  try {
    const auto document = json::parse(response.body, "ECR");
    const auto& entries = document.at("authorizationData").as_array();
    if (!entries.empty()) return entries.front().at("authorizationToken").as_string();
  } catch (const Error&) {
    // falls through: told below, as an error of the service and without its text
  }
  throw Error(ExitCode::kServiceError, fmt::format("{} does not answer as ECR does", response.url),
              "check images.registry.endpoint and region");
}
}  // namespace

std::string ecr_authorization(const ImageSettings& settings, const core::CancelToken& cancel) {
  http::Client client(options_for(settings), cancel);
  http::Request request;
  request.method = "POST";
  request.url = "/";
  request.body = "{}";
  request.retryable = true;
  request.headers = {
      {"Content-Type", "application/x-amz-json-1.1"},
      {"X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"}};
  const auto response = client.send(request);
  require_answer(response);
  return token_in(response);
}

}  // namespace resources::images
