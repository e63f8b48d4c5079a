#include "resources/deployment/commit_source.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "resources/deployment/bundle.hpp"
#include "resources/deployment/working_copy.hpp"

namespace resources::deployment {

namespace fs = std::filesystem;

bool is_absent_or_empty(const std::string& folder) {
  std::error_code failure;
  return !fs::exists(folder, failure) || fs::is_empty(folder, failure);
}

void ensure_repository(const Configuration& configuration, const RecordedState& state,
                       core::Context& context) {
  if (!is_absent_or_empty(configuration.path)) return;
  fs::create_directories(configuration.path);
  const Git git(configuration.path, context.cancel);
  git.output({"init", "--quiet"});
  if (!state.url.empty()) git.output({"remote", "add", "--", configuration.remote, state.url});
}

bool fetch(const Git& git, const Configuration& configuration, std::string* failure) {
  const auto result =
      git.run({"fetch", "--quiet", "--no-recurse-submodules", "--", configuration.remote});
  if (result.exit_code != 0) *failure = without_credentials(result.errors);
  while (!failure->empty() && failure->back() == '\n') failure->pop_back();
  return result.exit_code == 0;
}

void ensure_commit(const Git& git, const Configuration& configuration, const RecordedState& state,
                   const archive::ArchiveReader& archive, core::Context& context) {
  if (has_commit(git, state.hash)) return;
  std::string failure;
  if (configuration.fetch && !state.url.empty()) fetch(git, configuration, &failure);
  if (!has_commit(git, state.hash) && has_bundle(archive)) {
    const BundleFile bundle(archive, context);
    bundle.add_to(git);
  }
  if (!has_commit(git, state.hash))
    throw core::Error(core::ExitCode::kNotFound,
                      fmt::format("{} has no commit {}{}{}", configuration.path, state.hash,
                                  failure.empty() ? "" : ": ", failure),
                      "push the commit to the remote and set /resources/deployment/fetch, or fetch "
                      "it by hand");
}

}  // namespace resources::deployment
