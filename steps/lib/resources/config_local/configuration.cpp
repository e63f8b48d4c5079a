#include "resources/config_local/configuration.hpp"

#include <filesystem>

#include "core/error.hpp"

namespace resources::config_local {

Configuration configuration_from(const Settings& settings) {
  Configuration configuration;
  std::string path = settings.section.get_string("path");
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  if (path.empty() || path.front() != '/' || path == "/")
    throw core::Error(core::ExitCode::kConfiguration,
                      "/resources/config_local/path must be an absolute path of a folder");
  // The folder may be named by a link: what is swapped is the folder, the link stays.
  std::error_code failure;
  if (std::filesystem::is_symlink(path, failure)) {
    const auto real = std::filesystem::canonical(path, failure);
    if (!failure) path = real.string();
  }
  configuration.path = std::move(path);
  configuration.in_place = settings.section.get_bool("in_place");
  configuration.exclude = Exclusion(settings.section.get_strings("exclude"));
  return configuration;
}

}  // namespace resources::config_local
