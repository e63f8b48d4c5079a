#include "holder/build_address.hpp"

#include <string_view>

namespace holder {

namespace {

// The path of a URL, "/" at its end; empty for what is none.
std::string path_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return "";
  const auto slash = url.find('/', scheme + 3);
  std::string path(slash == std::string_view::npos ? "/" : url.substr(slash));
  if (path.back() != '/') path += '/';
  return path;
}

bool is_plain(std::string_view path) {
  return path.find("..") == std::string_view::npos &&
         path.find_first_of("?#\\ \t\r\n") == std::string_view::npos;
}

}  // namespace

std::optional<std::string> build_address(const std::string& jenkins_url,
                                         const std::string& build_url) {
  const std::string root = path_of(jenkins_url);
  const std::string path = path_of(build_url);
  if (path.compare(0, root.size() + 4, root + "job/") != 0 || !is_plain(path)) return std::nullopt;
  const auto slash = jenkins_url.find('/', jenkins_url.find("://") + 3);
  return jenkins_url.substr(0, slash) + path + "api/json?tree=building";
}

}  // namespace holder
