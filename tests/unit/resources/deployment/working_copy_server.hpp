#pragma once
// A real git repository with a remote, on a server's disk, and the way through an archive and back.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "archive/archive_writer.hpp"
#include "core/ids.hpp"
#include "core/subprocess.hpp"
#include "resources/deployment/deployment_resource.hpp"
#include "resources/run_works.hpp"
#include "tests/unit/support/memory_context.hpp"

namespace copy {

namespace fs = std::filesystem;
using resources::deployment::DeploymentResource;

inline void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Server {
 public:
  Server() : m_root(fs::temp_directory_path() / ("deployment-test-" + core::random_hex(6))) {
    fs::create_directories(m_root / "archives");
    fs::create_directories(m_root / "remote");
    git({"init", "--quiet", "--bare", "--initial-branch=main", "."}, m_root / "remote");
    git({"init", "--quiet", "--initial-branch=main", tree().string()}, m_root);
    git({"remote", "add", "origin", (m_root / "remote").string()});
    write(tree() / "compose.yml", "version: 1\n");
    write(tree() / "bin/run", "#!/bin/sh\n");
    write(tree() / ".gitignore", "*.log\n");
    commit("first");
    push();
    settings.section.set("path", tree().string());
  }
  ~Server() {
    std::error_code ignored;
    fs::remove_all(m_root, ignored);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  fs::path tree() const { return m_root / "deployment"; }
  fs::path root() const { return m_root; }

  std::string git(std::vector<std::string> arguments, fs::path folder = {}) const {
    arguments.insert(arguments.begin(), {"git", "-c", "user.name=t", "-c",
                                         "user.email=t@example.org", "-c", "commit.gpgsign=false"});
    core::Command command;
    command.argv = std::move(arguments);
    command.folder = folder.empty() ? tree() : folder;
    command.environment = {{"LC_ALL", "C"}};
    std::string text =
        core::run_checked(command, core::CancelToken{}, core::ExitCode::kInternal).output;
    if (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }

  std::string commit(const std::string& message) const {
    git({"add", "--all"});
    git({"commit", "--quiet", "--allow-empty", "-m", message});
    return head();
  }
  void push() const { git({"push", "--quiet", "origin", "HEAD:main"}); }
  std::string head() const { return git({"rev-parse", "HEAD"}); }
  std::string branch() const { return git({"rev-parse", "--abbrev-ref", "HEAD"}); }

  // Everything that a restore has to bring back, as git and the file system tell it.
  std::string describe() const {
    return head() + "\n" + branch() + "\n" + git({"diff", "--binary", "HEAD"}) + "\n" +
           git({"ls-files", "--others", "--exclude-standard"});
  }

  std::string back_up() {
    const std::string id = core::make_backup_id("athena-test", 1'795'000'000'000);
    archive::ArchiveWriter writer(m_root / "archives", id);
    DeploymentResource deployment(settings);
    resources::Works works;
    works["deployment"] = deployment.open(writer, ports.context);
    auto details = resources::run_works(works, 2, ports.context);
    return finish(writer, details["deployment"]);
  }

  static std::string finish(archive::ArchiveWriter& writer, const json::Value& detail) {
    archive::Manifest manifest;
    manifest.environment = "athena-test";
    manifest.kind = "backup";
    manifest.created_at = "2026-11-23T04:30:00Z";
    manifest.resources = {{"deployment", {}, 0, 0, 0, detail}};
    return writer.finish(manifest).path;
  }

  void restore(const archive::ArchiveReader& archive) {
    DeploymentResource deployment(settings);
    deployment.destroy(archive, ports.context);
    resume(archive);
  }

  void resume(const archive::ArchiveReader& archive) {
    DeploymentResource deployment(settings);
    resources::Works works;
    works["deployment"] = deployment.restore(archive, ports.context);
    resources::run_works(works, 2, ports.context);
  }

  std::vector<resources::Difference> prove(const archive::ArchiveReader& archive) {
    DeploymentResource deployment(settings);
    resources::Works works;
    works["deployment"] = deployment.prove(archive, ports.context);
    return resources::differences_from(resources::run_works(works, 2, ports.context)["deployment"]);
  }

  resources::PreflightReport preflight_backup() {
    return DeploymentResource(settings).preflight_backup(ports.context);
  }
  resources::PreflightReport preflight_restore(const archive::ArchiveReader& archive) {
    return DeploymentResource(settings).preflight_restore(archive, ports.context);
  }

  support::MemoryContext ports;
  resources::Settings settings;

 private:
  fs::path m_root;
};

inline const resources::Finding* finding_with(const resources::PreflightReport& report,
                                              const std::string& text) {
  for (const auto& finding : report.findings)
    if (finding.message.find(text) != std::string::npos) return &finding;
  return nullptr;
}

}  // namespace copy
