#include <functional>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/path_text.hpp"
#include "resources/deployment/git.hpp"
#include "resources/deployment/untracked_list.hpp"
#include "tests/unit/resources/deployment/working_copy_server.hpp"

using copy::Server;
namespace fs = std::filesystem;
namespace deployment = resources::deployment;

namespace {

core::ExitCode code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const core::Error& error) {
    return error.code();
  }
  return core::ExitCode::kOk;
}

std::string list_entry(const std::string& path, const std::string& rest) {
  return "{\"path\":\"" + path +
         "\",\"mode\":420,\"mtime_seconds\":1,\"mtime_nanoseconds\":0,\"size\":0,\"pack\":1," +
         rest + "}";
}

}  // namespace

TEST_CASE("passwords in URLs never reach a log or an archive") {
  CHECK(deployment::without_credentials("https://user:s3cret@example.org/x.git") ==
        "https://example.org/x.git");
  CHECK(deployment::without_credentials("https://token@example.org/x.git") ==
        "https://example.org/x.git");
  CHECK(deployment::without_credentials("ssh://git@example.org/x.git") ==
        "ssh://git@example.org/x.git");
  CHECK(deployment::without_credentials("fatal: unable to access 'http://a:b@h/x/': no") ==
        "fatal: unable to access 'http://h/x/': no");
  Server server;
  server.git({"remote", "set-url", "origin", "https://user:s3cret@127.0.0.1:1/x.git"});
  const archive::ArchiveReader archive(server.back_up());
  CHECK(copy::read(archive.path()).find("s3cret") == std::string::npos);
  const auto* entry = archive.manifest().resource("deployment");
  CHECK(core::decode_path(entry->detail.get_string("url")) == "https://127.0.0.1:1/x.git");
}

TEST_CASE("hooks of the repository do not run") {
  Server server;
  const fs::path hook = server.tree() / ".git/hooks/post-checkout";
  copy::write(hook, "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\n");
  fs::permissions(hook, fs::perms(0755));
  const archive::ArchiveReader archive(server.back_up());
  server.commit("second");
  server.restore(archive);
  CHECK_FALSE(fs::exists(server.tree() / ".git/hooks/ran"));
}

TEST_CASE("the user's git configuration does not change what a patch looks like") {
  Server server;
  copy::write(server.tree() / "compose.yml", "version: 2\n");
  const archive::ArchiveReader archive(server.back_up());
  server.git({"config", "diff.noprefix", "true"});
  server.git({"config", "diff.mnemonicPrefix", "true"});
  server.git({"config", "diff.context", "0"});
  server.git({"config", "color.ui", "always"});
  server.git({"config", "diff.external", "/bin/false"});
  CHECK(server.prove(archive).empty());
  server.restore(archive);
  CHECK(server.prove(archive).empty());
}

TEST_CASE("prove names what differs in a working copy") {
  Server server;
  copy::write(server.tree() / "local.env", "a\n");
  const archive::ArchiveReader archive(server.back_up());
  copy::write(server.tree() / "local.env", "b\n");
  copy::write(server.tree() / "compose.yml", "version: 9\n");
  server.git({"checkout", "--quiet", "-b", "other"});
  const auto differences = server.prove(archive);
  REQUIRE(differences.size() == 3);
  CHECK(differences[0].object == "branch");
  CHECK(differences[0].expected == "main");
  CHECK(differences[0].found == "other");
  CHECK(differences[1].object == "uncommitted changes");
  CHECK(differences[2].object == "untracked local.env");
}

TEST_CASE("a list of untracked files that leads elsewhere is refused") {
  const std::string sha256 = "\"sha256\":\"" + std::string(64, '0') + "\"";
  for (const std::string path :
       {"../x", "/etc/passwd", "a/../../x", ".git/config", "sub/.git/config", ".git", "", "a%00b"})
    CHECK(code_of([&] { deployment::parse_list("[" + list_entry(path, sha256) + "]"); }) ==
          core::ExitCode::kIntegrity);
  const std::string twice = list_entry("a", sha256);
  CHECK(code_of([&] { deployment::parse_list("[" + twice + "," + twice + "]"); }) ==
        core::ExitCode::kIntegrity);
  CHECK(deployment::parse_list("[" + list_entry("a/b", sha256) + "]").size() == 1);
}

TEST_CASE("an untracked file is never written through a link of the commit") {
  Server server;
  copy::write(server.tree() / "out/file", "untracked\n");
  const archive::ArchiveReader archive(server.back_up());
  fs::remove_all(server.tree() / "out");
  const fs::path elsewhere = server.root() / "elsewhere";
  fs::create_directories(elsewhere);
  fs::create_symlink(elsewhere, server.tree() / "out");
  server.restore(archive);
  CHECK(fs::is_empty(elsewhere));
  CHECK(copy::read(server.tree() / "out/file") == "untracked\n");
}

TEST_CASE("an archive whose state is no git state is refused") {
  Server server;
  const auto forge = [&](const std::string& hash, const std::string& branch) {
    archive::ArchiveWriter writer(server.root() / "archives",
                                  core::make_backup_id("athena-test", 1'795'000'000'000));
    json::Value detail;
    detail.set("hash", hash);
    detail.set("branch", branch);
    detail.set("patch_sha256", std::string(64, '0'));
    return Server::finish(writer, detail);
  };
  const std::string before = server.describe();
  for (const auto& [hash, branch] : std::vector<std::pair<std::string, std::string>>{
           {"--upload-pack=x", "main"}, {server.head(), "--force"}, {server.head(), "../../x"}}) {
    const archive::ArchiveReader archive(forge(hash, branch));
    CHECK(code_of([&] { server.preflight_restore(archive); }) == core::ExitCode::kIntegrity);
    CHECK(code_of([&] { server.resume(archive); }) == core::ExitCode::kIntegrity);
  }
  CHECK(server.describe() == before);
}

TEST_CASE("preflight of a backup refuses what is no working copy") {
  Server server;
  server.settings.section.set("path", (server.root() / "archives").string());
  REQUIRE_FALSE(server.preflight_backup().findings.empty());
  server.settings.section.set("path", (server.tree() / "bin").string());
  CHECK(copy::finding_with(server.preflight_backup(), "not the top") != nullptr);
  server.settings.section.set("path", (server.root() / "none").string());
  CHECK(server.preflight_backup().findings.front().code == core::ExitCode::kNotFound);
}

TEST_CASE("preflight of a backup refuses an unfinished merge and an untracked giant") {
  Server server;
  copy::write(server.tree() / "giant", std::string(33 << 20, 'x'));
  CHECK(copy::finding_with(server.preflight_backup(), "giant") != nullptr);
  fs::remove(server.tree() / "giant");
  CHECK(server.preflight_backup().findings.empty());
  server.git({"checkout", "--quiet", "-b", "other"});
  copy::write(server.tree() / "compose.yml", "other\n");
  server.commit("other");
  server.git({"checkout", "--quiet", "main"});
  copy::write(server.tree() / "compose.yml", "main\n");
  server.commit("main");
  CHECK_THROWS(server.git({"merge", "other"}));
  CHECK(copy::finding_with(server.preflight_backup(), "merge") != nullptr);
}
