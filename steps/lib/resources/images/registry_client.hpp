#pragma once
// Asks image registries (Docker Registry HTTP API v2) whether a tag is there, with plain, basic and
// token authentication, and on ECR with a password that its API hands out. One per thread.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/cancel_token.hpp"
#include "http/client.hpp"
#include "resources/images/image_reference.hpp"
#include "resources/images/image_settings.hpp"

namespace resources::images {

class RegistryClient {
 public:
  RegistryClient(const ImageSettings& settings, const core::CancelToken& cancel);

  // The digest that the image's tag stands for now; empty when the registry has no such tag.
  // Throws Error(kUnreachable), Error(kCredentials), or Error(kServiceError) for what does not
  // answer as a registry does; each names the image.
  std::optional<std::string> digest(const ImageReference& image);

 private:
  http::Response ask(const std::string& method, const ImageReference& image);
  http::Response ask_again(const http::Response& refusal, http::Request request,
                           const ImageReference& image);
  std::string digest_by_content(const ImageReference& image);
  std::string basic_authorization();
  std::string fetch_token(const std::string& challenge, const std::string& repository);
  std::string password() const;

  const ImageSettings& m_settings;
  const core::CancelToken& m_cancel;
  http::Client m_client;
  std::map<std::string, std::string> m_authorizations;  // by registry and repository
  std::string m_ecr_authorization;
};

// "AWS:<password>" in base64, as Basic authentication takes it, from ECR's API.
std::string ecr_authorization(const ImageSettings& settings, const core::CancelToken& cancel);

// Throws Error(kConfiguration) when credentials are set and the images come from more than one
// registry: they would be shown to all of them.
void require_one_registry(const ImageSettings& settings, const std::vector<ImageReference>& images);

}  // namespace resources::images
