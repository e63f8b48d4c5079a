#include "resources/deployment/configuration.hpp"

#include <filesystem>

#include "core/error.hpp"

namespace resources::deployment {

Configuration configuration_from(const Settings& settings) {
  Configuration configuration;
  std::string path = settings.section.get_string("path");
  if (path.empty() || path.front() != '/')
    throw core::Error(core::ExitCode::kConfiguration,
                      "/resources/deployment/path must be an absolute path of a working copy");
  // git compares safe.directory with the real path.
  std::error_code failure;
  const auto real = std::filesystem::weakly_canonical(path, failure);
  configuration.path = failure ? path : real.string();
  while (configuration.path.size() > 1 && configuration.path.back() == '/')
    configuration.path.pop_back();
  configuration.fetch = settings.section.get_bool("fetch");
  configuration.remote = settings.section.get_string("remote", "origin");
  return configuration;
}

}  // namespace resources::deployment
