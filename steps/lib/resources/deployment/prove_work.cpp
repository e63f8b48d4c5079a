#include "resources/deployment/prove_work.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include "core/path_text.hpp"
#include "core/sha256.hpp"
#include "core/unique_fd.hpp"
#include "resources/deployment/recorded_state.hpp"
#include "resources/deployment/untracked_files.hpp"
#include "resources/deployment/working_copy.hpp"

namespace resources::deployment {

namespace {

std::string or_detached(const std::string& branch) {
  return branch.empty() ? "a detached HEAD" : branch;
}

std::string describe(const UntrackedFile& file, const std::string& sha256) {
  if (file.is_link()) return "a link to " + core::encode_path(file.target);
  return fmt::format("mode {:04o}, {} bytes, SHA-256 {}", file.mode, file.size, sha256);
}

class ProveWork final : public Work {
 public:
  ProveWork(Configuration configuration, const archive::ArchiveReader& archive,
            core::Context& context)
      : m_configuration(std::move(configuration)),
        m_archive(archive),
        m_context(context),
        m_state(recorded_state(archive)),
        m_git(m_configuration.path, context.cancel) {}

  std::vector<Task> plan() override { return {{"working-copy", 1}}; }

  void run(const Task& /*item*/) override {
    if (!is_working_copy(m_git)) {
      m_differences.push_back({m_configuration.path, "a git working copy", "none"});
      return;
    }
    compare("hash", m_state.hash, head_of(m_git));
    // The restore said so when it had to leave the branch where it was.
    if (m_context.journal.recall(kName, "detached").value_or("") != m_state.hash)
      compare("branch", or_detached(m_state.branch), or_detached(branch_of(m_git)));
    compare("uncommitted changes", m_state.patch_sha256, core::sha256_hex(patch_of(m_git)));
    compare_submodules();
    compare_untracked();
  }

  json::Value finish() override { return resources::to_json(m_differences); }

 private:
  void compare(const std::string& object, const std::string& expected, const std::string& found) {
    if (expected != found) m_differences.push_back({object, expected, found});
  }

  void compare_submodules() {
    const auto live = submodules_of(m_git);
    for (const auto& [path, hash] : m_state.submodules) {
      const auto found = live.find(path);
      compare("submodule " + core::encode_path(path), hash,
              found == live.end() ? "not checked out" : found->second);
    }
  }

  void compare_untracked() {
    const auto archived = archived_untracked(m_archive, m_context);
    if (archived.empty()) return;
    const core::UniqueFd root = core::open_fd(m_configuration.path, O_RDONLY | O_DIRECTORY);
    for (const auto& file : archived) {
      m_context.cancel.check();
      const auto live = examine_untracked(root.get(), {file.path});
      const std::string object = "untracked " + core::encode_path(file.path);
      if (live.empty())
        compare(object, "there", "gone");
      else
        compare(object, describe(file, file.sha256),
                describe(live.front(), live_sha256(root.get(), file)));
    }
  }

  Configuration m_configuration;
  const archive::ArchiveReader& m_archive;
  core::Context& m_context;
  RecordedState m_state;
  Git m_git;
  std::vector<Difference> m_differences;
};

}  // namespace

std::unique_ptr<Work> make_prove_work(const Configuration& configuration,
                                      const archive::ArchiveReader& archive,
                                      core::Context& context) {
  return std::make_unique<ProveWork>(configuration, archive, context);
}

}  // namespace resources::deployment
