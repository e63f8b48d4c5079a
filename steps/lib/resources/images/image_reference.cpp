#include "resources/images/image_reference.hpp"

#include <algorithm>
#include <regex>

#include <fmt/format.h>

#include "core/error.hpp"

namespace resources::images {

namespace {
constexpr const char* kDockerHub = "docker.io";
constexpr std::size_t kLongest = 512;  // also keeps std::regex's recursion shallow

bool names_a_host(const std::string& part) {
  return part == "localhost" || part.find_first_of(".:") != std::string::npos;
}

bool is_repository(const std::string& text) {
  static const std::regex form(
      "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*"
      "(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
  return std::regex_match(text, form);
}

bool is_tag(const std::string& text) {
  static const std::regex form("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  return std::regex_match(text, form);
}

bool is_host(const std::string& text) {
  static const std::regex form("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:]+\\])(:[0-9]{1,5})?");
  return std::regex_match(text, form);
}

std::string take_registry(std::string& rest) {
  const auto slash = rest.find('/');
  if (slash != std::string::npos && names_a_host(rest.substr(0, slash))) {
    const std::string host = rest.substr(0, slash);
    rest.erase(0, slash + 1);
    return host == "index.docker.io" ? kDockerHub : host;
  }
  if (slash == std::string::npos) rest.insert(0, "library/");
  return kDockerHub;
}

std::string take_after(std::string& rest, std::size_t mark) {
  if (mark == std::string::npos) return "";
  std::string tail = rest.substr(mark + 1);
  rest.erase(mark);
  return tail;
}

std::size_t tag_mark(const std::string& text) {
  const auto colon = text.rfind(':');
  const auto slash = text.rfind('/');
  if (colon == std::string::npos || (slash != std::string::npos && colon < slash))
    return std::string::npos;
  return colon;
}
}  // namespace

bool is_digest(const std::string& text) {
  static const std::regex form("[a-z0-9]+([+._-][a-z0-9]+)*:[0-9a-f]{32,128}");
  return text.size() <= kLongest && std::regex_match(text, form);
}

ImageReference parse_image(const std::string& text, const std::string& service) {
  const auto refuse = [&] {
    throw core::Error(core::ExitCode::kConfiguration,
                      fmt::format("service {}: '{}' is not an image", service, text),
                      "write it as registry/name:tag");
  };
  if (text.empty() || text.size() > kLongest) refuse();
  std::string rest = text;
  ImageReference image;
  const auto at = rest.find('@');
  image.digest = take_after(rest, at);
  if (at != std::string::npos && !is_digest(image.digest)) refuse();
  const auto colon = tag_mark(rest);
  image.tag = take_after(rest, colon);
  if (colon != std::string::npos && !is_tag(image.tag)) refuse();
  if (image.tag.empty() && image.digest.empty()) image.tag = "latest";
  image.registry = take_registry(rest);
  image.repository = rest;
  if (!is_host(image.registry) || !is_repository(image.repository)) refuse();
  return image;
}

}  // namespace resources::images
