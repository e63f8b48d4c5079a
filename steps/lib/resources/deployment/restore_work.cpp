#include "resources/deployment/restore_work.hpp"

#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "resources/deployment/commit_source.hpp"
#include "resources/deployment/recorded_state.hpp"
#include "resources/deployment/untracked_files.hpp"
#include "resources/deployment/working_copy.hpp"

namespace resources::deployment {

namespace {

constexpr const char* kDone = "working-copy";
constexpr int kLockWaitMs = 10'000;

class RestoreWork final : public Work {
 public:
  RestoreWork(const Configuration& configuration, const archive::ArchiveReader& archive,
              core::Context& context)
      : m_configuration(configuration),
        m_archive(archive),
        m_context(context),
        m_state(recorded_state(archive)),
        m_git(configuration.path, context.cancel) {}

  std::vector<Task> plan() override {
    if (m_context.journal.is_done(kName, kDone)) return {};
    return {{kDone, m_archive.manifest().resource(kName)->plain_size + 1}};
  }

  void run(const Task& /*item*/) override {
    ensure_repository(m_configuration, m_state, m_context);
    ensure_commit(m_git, m_configuration, m_state, m_archive, m_context);
    m_context.lease.check();
    wait_for_index_lock();
    keep_commits();
    check_out();
    apply_patch();
    check_out_submodules();
    const core::UniqueFd root = core::open_fd(m_configuration.path, O_RDONLY | O_DIRECTORY);
    restore_untracked(root.get(), m_archive, m_context);
    m_context.journal.done(kName, kDone);
  }

  json::Value finish() override {
    json::Value report = json::Value::object();
    report.set("hash", m_state.hash);
    report.set("branch", branch_of(m_git));
    report.set("changed_files", m_state.changed_files);
    report.set("untracked_files", m_state.untracked_files);
    return report;
  }

 private:
  // A killed step may have left git at work, or its lock behind. This operation has the environment
  // for itself, so what still stands after a while belongs to nobody.
  void wait_for_index_lock() const {
    const std::filesystem::path lock = std::filesystem::path(m_git.folder()) /
                                       m_git.output({"rev-parse", "--git-path", "index.lock"});
    for (int waited = 0; std::filesystem::exists(lock) && waited < kLockWaitMs; waited += 250)
      m_context.cancel.sleep_ms(250);
    if (!std::filesystem::exists(lock)) return;
    m_context.progress.note("deployment: removing " + lock.string() + ", left by a killed git");
    std::filesystem::remove(lock);
  }

  // Whatever HEAD and the branch point at now stays reachable.
  void keep_commits() const {
    keep(head_of(m_git), "");
    if (m_state.branch.empty()) return;
    const auto tip = m_git.run({"rev-parse", "--verify", "--quiet", branch_ref() + "^{commit}"});
    if (tip.exit_code == 0) keep(tip.output.substr(0, tip.output.find('\n')), "-branch");
  }

  void keep(const std::string& hash, const std::string& suffix) const {
    if (hash.empty()) return;
    const std::string ref =
        fmt::format("refs/environment-backup/before-{}{}", m_context.lease.operation_id(), suffix);
    // A rerun finds HEAD moved already: the first state is the one to keep.
    if (!m_git.succeeds({"rev-parse", "--verify", "--quiet", ref}))
      m_git.output({"update-ref", ref, hash});
  }

  std::string branch_ref() const { return "refs/heads/" + m_state.branch; }

  void check_out() const {
    m_git.run({"reset", "--quiet", "--hard"});  // ends a merge; fails only without a commit
    m_context.journal.remember(kName, "detached", "");
    if (!m_state.branch.empty() && m_git.succeeds({"checkout", "--quiet", "--force", "--no-track",
                                                   "-B", m_state.branch, m_state.hash, "--"}))
      return;
    if (!m_state.branch.empty()) {
      m_context.progress.note(fmt::format(
          "deployment: branch {} cannot be moved here, HEAD is detached", m_state.branch));
      m_context.journal.remember(kName, "detached", m_state.hash);
    }
    m_git.output({"checkout", "--quiet", "--force", "--detach", m_state.hash, "--"});
  }

  void apply_patch() const {
    const std::string patch = recorded_patch(m_archive, m_context);
    if (patch.empty()) return;
    // Files that the patch adds may stand there untracked.
    for (const auto& path : added_by(patch)) remove_untracked(path);
    m_git.output({"apply", "--index", "--binary", "--whitespace=nowarn", "-"}, patch);
    unstage();
  }

  // Changes that were not staged when they were archived.
  void unstage() const {
    if (m_state.unstaged.empty()) return;
    std::string paths;
    for (const auto& path : m_state.unstaged) paths.append(path).push_back('\0');
    m_git.output({"--literal-pathspecs", "reset", "--quiet", "--pathspec-from-file=-",
                  "--pathspec-file-nul"},
                 paths);
  }

  // Paths that `git apply` would create, as git itself reads the patch.
  std::vector<std::string> added_by(const std::string& patch) const {
    std::vector<std::string> paths;
    const std::string list =
        m_git.output({"apply", "--numstat", "-z", "--whitespace=nowarn", "-"}, patch);
    for (std::size_t begin = 0; begin < list.size();) {
      const std::size_t end = std::min(list.find('\0', begin), list.size());
      const std::string record = list.substr(begin, end - begin);
      const auto tab = record.rfind('\t');
      if (tab != std::string::npos) paths.push_back(record.substr(tab + 1));
      begin = end + 1;
    }
    return paths;
  }

  void remove_untracked(const std::string& path) const {
    if (m_git.succeeds({"ls-files", "--error-unmatch", "--", ":(literal)" + path})) return;
    m_git.run({"clean", "--quiet", "--force", "-x", "--", ":(literal)" + path});
  }

  void check_out_submodules() const {
    for (const auto& [path, hash] : m_state.submodules) {
      m_git.run({"submodule", "--quiet", "update", "--init", "--", path});
      const Git inner((std::filesystem::path(m_git.folder()) / path).string(), m_context.cancel);
      if (!inner.succeeds({"checkout", "--quiet", "--force", "--detach", hash, "--"}))
        m_context.progress.note(
            fmt::format("deployment: submodule {} could not be set to {}", path, hash));
    }
  }

  Configuration m_configuration;
  const archive::ArchiveReader& m_archive;
  core::Context& m_context;
  RecordedState m_state;
  Git m_git;
};

}  // namespace

std::unique_ptr<Work> make_restore_work(const Configuration& configuration,
                                        const archive::ArchiveReader& archive,
                                        core::Context& context) {
  return std::make_unique<RestoreWork>(configuration, archive, context);
}

}  // namespace resources::deployment
