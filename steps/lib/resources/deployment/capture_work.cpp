#include "resources/deployment/capture_work.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/sha256.hpp"
#include "core/unique_fd.hpp"
#include "resources/deployment/bundle.hpp"
#include "resources/deployment/recorded_state.hpp"
#include "resources/deployment/untracked_files.hpp"
#include "resources/deployment/working_copy.hpp"

namespace resources::deployment {

namespace {

constexpr std::size_t kPatchCharge = std::size_t{32} << 20;

class CaptureWork final : public Work {
 public:
  CaptureWork(Configuration configuration, archive::ChunkSink& sink, core::Context& context)
      : m_configuration(std::move(configuration)),
        m_git(m_configuration.path, context.cancel),
        m_sink(sink),
        m_context(context) {}

  std::vector<Task> plan() override {
    m_state.hash = head_of(m_git);
    if (m_state.hash.empty())
      throw core::Error(
          core::ExitCode::kPrecondition,
          fmt::format("{} is no git working copy with a commit", m_configuration.path),
          "correct /resources/deployment/path in environment.json");
    m_root = core::open_fd(m_configuration.path, O_RDONLY | O_DIRECTORY);
    m_untracked = examine_untracked(m_root.get(), untracked_paths(m_git));
    std::uint64_t bytes = 1;
    for (const auto& file : m_untracked) bytes += file.size;
    return {{"working-copy", bytes}};
  }

  void run(const Task& /*item*/) override {
    m_state.branch = branch_of(m_git);
    m_state.remote = m_configuration.remote;
    m_state.url = url_of(m_git, m_configuration.remote);
    m_state.submodules = submodules_of(m_git);
    m_state.untracked_files = m_untracked.size();
    capture_patch();
    capture_untracked(m_root.get(), m_untracked, m_sink, m_context);
    m_state.unpushed_commits = count_unpushed(m_git);
    if (m_state.unpushed_commits > 0) capture_bundle(m_git, m_sink, m_context);
  }

  json::Value finish() override {
    // The window is quiet by agreement only.
    if (head_of(m_git) != m_state.hash || core::sha256_hex(patch_of(m_git)) != m_state.patch_sha256)
      throw core::Error(core::ExitCode::kPrecondition,
                        fmt::format("{} changed while it was read", m_configuration.path),
                        "see who deploys during maintenance, then run the backup again");
    return to_json(m_state);
  }

 private:
  void capture_patch() {
    const auto charge = m_context.memory.acquire(kPatchCharge, m_context.cancel);
    const std::string patch = patch_of(m_git);
    m_state.patch_sha256 = core::sha256_hex(patch);
    if (patch.empty()) return;
    m_state.changed_files = changed_paths(m_git).size();
    m_state.unstaged = unstaged_paths(m_git);
    archive::ChunkName name;
    name.path = "deployment/uncommitted.patch.zst";
    name.resource = kName;
    name.rows = m_state.changed_files;
    name.meta.set("kind", "patch");
    m_sink.put(std::move(name), archive::encode_zstd(patch));
  }

  Configuration m_configuration;
  Git m_git;
  archive::ChunkSink& m_sink;
  core::Context& m_context;
  core::UniqueFd m_root;
  RecordedState m_state;
  std::vector<UntrackedFile> m_untracked;
};

}  // namespace

std::unique_ptr<Work> make_capture_work(const Configuration& configuration,
                                        archive::ChunkSink& sink, core::Context& context) {
  return std::make_unique<CaptureWork>(configuration, sink, context);
}

}  // namespace resources::deployment
