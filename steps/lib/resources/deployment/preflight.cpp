#include "resources/deployment/preflight.hpp"

#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/path_text.hpp"
#include "core/sha256.hpp"
#include "core/unique_fd.hpp"
#include "core/units.hpp"
#include "resources/deployment/bundle.hpp"
#include "resources/deployment/commit_source.hpp"
#include "resources/deployment/untracked_files.hpp"
#include "resources/deployment/working_copy.hpp"

namespace resources::deployment {

namespace {

using core::ExitCode;

constexpr std::size_t kNamed = 20;
constexpr std::size_t kShortHash = 12;

void find(PreflightReport& report, ExitCode code, std::string message, std::string hint,
          bool blocking = true) {
  report.findings.push_back({code, std::move(message), std::move(hint), blocking});
}

std::string name_some(const std::vector<std::string>& paths) {
  std::string text;
  for (std::size_t i = 0; i < paths.size() && i < 5; ++i)
    text += (i == 0 ? "" : ", ") + core::encode_path(paths[i]);
  return paths.size() > 5 ? text + fmt::format(" and {} more", paths.size() - 5) : text;
}

void check_untracked(const Configuration& configuration, const Git& git, PreflightReport& report) {
  std::vector<std::string> nested;
  const auto paths = untracked_paths(git, &nested);
  const core::UniqueFd root = core::open_fd(configuration.path, O_RDONLY | O_DIRECTORY);
  for (const auto& file : examine_untracked(root.get(), paths)) {
    report.estimated_bytes += file.size;
    if (file.size > kMaxUntrackedBytes)
      find(report, ExitCode::kPrecondition,
           fmt::format("the untracked file {} in {} has {}, more than a backup takes",
                       core::encode_path(file.path), configuration.path,
                       core::human_bytes(file.size)),
           "commit it, ignore it in .gitignore, or keep it elsewhere");
  }
  if (!nested.empty())
    find(report, ExitCode::kPrecondition,
         fmt::format("{} holds git repositories of their own, which are left out: {}",
                     configuration.path, name_some(nested)),
         "make them submodules, or ignore them", false);
}

void warn_unpushed(const Configuration& configuration, const Git& git, PreflightReport& report) {
  if (const auto count = count_unpushed(git); count > 0)
    find(report, ExitCode::kPrecondition,
         fmt::format("{} commits of HEAD in {} are on no remote; the archive keeps them itself",
                     count, configuration.path),
         "push them", false);
}

std::string place(const std::string& hash, const std::string& branch) {
  return fmt::format("{} ({})", hash.substr(0, kShortHash), branch.empty() ? "detached" : branch);
}

void check_writable(const Configuration& configuration, PreflightReport& report) {
  const auto git_folder = std::filesystem::path(configuration.path) / ".git";
  for (const auto& folder : {std::filesystem::path(configuration.path), git_folder})
    if (::eaccess(folder.c_str(), F_OK) == 0 && ::eaccess(folder.c_str(), W_OK) != 0)
      find(report, ExitCode::kPrecondition,
           fmt::format("this user may not write {}", folder.string()),
           "give the agent's user the right to write the working copy");
}

void check_commit(const Configuration& configuration, const Git& git, const RecordedState& state,
                  const archive::ArchiveReader& archive, core::Context& context,
                  PreflightReport& report) {
  if (has_commit(git, state.hash)) return;
  std::string failure;
  if (configuration.fetch && fetch(git, configuration, &failure) && has_commit(git, state.hash))
    return;
  if (has_bundle(archive) && BundleFile(archive, context).fits(git)) return;
  find(report, ExitCode::kPrecondition,
       fmt::format("{} has no commit {}{}{}", configuration.path, state.hash,
                   failure.empty() ? "" : ": ", failure),
       configuration.fetch
           ? "push the commit to the remote, or fetch it by hand"
           : "set /resources/deployment/fetch to true, or fetch the commit by hand");
}

void plan_restore(const Git& git, const RecordedState& state, PreflightReport& report) {
  const auto changed = changed_paths(git);
  report.plan.push_back(fmt::format(
      "deployment: {} now, {} in the archive; {} changed files now, {} in the archive; {} "
      "untracked files come back",
      place(head_of(git), branch_of(git)), place(state.hash, state.branch), changed.size(),
      state.changed_files, state.untracked_files));
  for (const auto& object : what_goes(git, state, "")) {
    if (report.plan.size() > kNamed) return;
    report.plan.push_back("deployment: goes: " + object);
  }
}

// A new server: no repository yet.
void examine_empty(const Configuration& configuration, const RecordedState& state,
                   const archive::ArchiveReader& archive, PreflightReport& report) {
  report.plan.push_back(fmt::format("deployment: {} is empty, {} comes", configuration.path,
                                    place(state.hash, state.branch)));
  if (configuration.fetch && !state.url.empty()) return;
  if (!has_bundle(archive))
    find(report, ExitCode::kPrecondition,
         fmt::format("{} holds no repository, and the archive names only the commit {}",
                     configuration.path, state.hash),
         "clone the deployment project there, or set /resources/deployment/fetch to true");
}

}  // namespace

PreflightReport examine_backup(const Configuration& configuration, core::Context& context) {
  PreflightReport report;
  if (!std::filesystem::is_directory(configuration.path)) {
    find(report, ExitCode::kNotFound,
         fmt::format("the deployment folder {} does not exist", configuration.path),
         "correct /resources/deployment/path in environment.json");
    return report;
  }
  const Git git(configuration.path, context.cancel);
  if (!is_working_copy(git) || head_of(git).empty()) {
    find(report, ExitCode::kPrecondition,
         fmt::format("{} is not the top of a git working copy with a commit", configuration.path),
         "correct /resources/deployment/path in environment.json");
    return report;
  }
  if (has_unmerged_paths(git))
    find(report, ExitCode::kPrecondition,
         fmt::format("a merge is unfinished in {}", configuration.path),
         "finish it or give it up: git merge --abort");
  check_untracked(configuration, git, report);
  warn_unpushed(configuration, git, report);
  return report;
}

PreflightReport examine_restore(const Configuration& configuration,
                                const archive::ArchiveReader& archive, core::Context& context) {
  PreflightReport report;
  const RecordedState state = recorded_state(archive);
  archived_untracked(archive, context);  // refuses names that lead elsewhere
  if (is_absent_or_empty(configuration.path)) {
    examine_empty(configuration, state, archive, report);
    return report;
  }
  const Git git(configuration.path, context.cancel);
  if (!is_working_copy(git)) {
    find(report, ExitCode::kPrecondition,
         fmt::format("{} is not the top of a git working copy", configuration.path),
         "move what is there away, or correct /resources/deployment/path");
    return report;
  }
  check_writable(configuration, report);
  check_commit(configuration, git, state, archive, context, report);
  if (!head_of(git).empty()) plan_restore(git, state, report);
  return report;
}

std::vector<std::string> what_goes(const Git& git, const RecordedState& state,
                                   const std::string& kept_as) {
  std::vector<std::string> objects;
  const std::string head = head_of(git);
  if (head.empty()) return objects;
  if (core::sha256_hex(patch_of(git)) != state.patch_sha256)
    for (const auto& path : changed_paths(git))
      objects.push_back("the uncommitted change of " + core::encode_path(path));
  const bool contained =
      head == state.hash || git.succeeds({"merge-base", "--is-ancestor", head, state.hash});
  if (!contained)
    objects.push_back(fmt::format("commit {} as the state of the working copy{}",
                                  head.substr(0, kShortHash),
                                  kept_as.empty() ? "" : ", kept as " + kept_as));
  return objects;
}

}  // namespace resources::deployment
