#include <sys/stat.h>
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/unit/resources/deployment/working_copy_server.hpp"

using copy::Server;
namespace fs = std::filesystem;

namespace {

// Staged and unstaged, text and binary, new, deleted, mode; untracked with odd names.
void change(const Server& server) {
  const auto tree = server.tree();
  copy::write(tree / "compose.yml", "version: 2\n");
  copy::write(tree / "staged.bin", std::string("\0\xff\1binary", 9));
  server.git({"add", "staged.bin"});
  fs::permissions(tree / "bin/run", fs::perms(0755));
  fs::remove(tree / ".gitignore");
  copy::write(tree / "local/override env.yml", "secret: none\n");
  copy::write(tree / "new\nline \xff", "odd\n");
  ::chmod((tree / "local/override env.yml").c_str(), 0600);
  fs::create_symlink("../compose.yml", tree / "local/link");
}

}  // namespace

TEST_CASE("a working copy comes back at its hash, with its changes and its untracked files") {
  Server server;
  server.commit("second");
  server.push();
  change(server);
  const std::string before = server.describe();
  const archive::ArchiveReader archive(server.back_up());
  CHECK(server.describe() == before);
  CHECK(server.prove(archive).empty());

  server.git({"reset", "--quiet", "--hard"});
  server.git({"clean", "-fdxq"});
  copy::write(server.tree() / "compose.yml", "version: 3\n");
  const std::string third = server.commit("third");
  copy::write(server.tree() / "staged.bin", "in the way, untracked\n");
  copy::write(server.tree() / "local", "a file where a folder was\n");
  CHECK(server.prove(archive).size() >= 3);

  server.restore(archive);
  CHECK(server.describe() == before);
  CHECK(server.prove(archive).empty());
  CHECK(copy::read(server.tree() / "local/override env.yml") == "secret: none\n");
  CHECK(fs::read_symlink(server.tree() / "local/link") == "../compose.yml");
  CHECK(server.git({"rev-parse", "refs/environment-backup/before-op-0000000000000001"}) == third);
  CHECK(server.git({"rev-parse", "refs/environment-backup/before-op-0000000000000001-branch"}) ==
        third);
}

TEST_CASE("a detached working copy comes back detached") {
  Server server;
  server.git({"checkout", "--quiet", "--detach"});
  const std::string before = server.describe();
  const archive::ArchiveReader archive(server.back_up());
  server.git({"checkout", "--quiet", "-b", "other"});
  server.commit("more");
  server.restore(archive);
  CHECK(server.describe() == before);
  CHECK(server.branch() == "HEAD");
  CHECK(server.prove(archive).empty());
}

TEST_CASE("untracked files that the archive does not have stay") {
  Server server;
  const archive::ArchiveReader archive(server.back_up());
  copy::write(server.tree() / "foreign/file", "mine\n");
  copy::write(server.tree() / "app.log", "ignored\n");
  server.restore(archive);
  CHECK(copy::read(server.tree() / "foreign/file") == "mine\n");
  CHECK(copy::read(server.tree() / "app.log") == "ignored\n");
  CHECK(server.prove(archive).empty());
}

TEST_CASE("destroy changes nothing and names what the checkout will take away") {
  Server server;
  const archive::ArchiveReader archive(server.back_up());
  server.commit("second");
  copy::write(server.tree() / "compose.yml", "version: 2\n");
  const std::string before = server.describe();
  resources::deployment::DeploymentResource deployment(server.settings);
  const auto gone = deployment.destroy(archive, server.ports.context);
  REQUIRE(gone.size() == 2);
  CHECK(gone[0] == "the uncommitted change of compose.yml");
  CHECK(gone[1].find("kept as refs/environment-backup/before-op-") != std::string::npos);
  CHECK(server.describe() == before);
}

TEST_CASE("commits that no remote has come back from the archive alone") {
  Server server;
  copy::write(server.tree() / "compose.yml", "version: 2\n");
  server.commit("never pushed");
  const std::string before = server.describe();
  CHECK(copy::finding_with(server.preflight_backup(), "on no remote") != nullptr);
  const archive::ArchiveReader archive(server.back_up());

  fs::remove_all(server.tree());
  server.git({"clone", "--quiet", (server.root() / "remote").string(), server.tree().string()},
             server.root());
  CHECK(server.preflight_restore(archive).findings.empty());
  server.restore(archive);
  CHECK(server.describe() == before);
  CHECK(server.prove(archive).empty());
}

TEST_CASE("a hash that the repository lacks is fetched when that is configured") {
  Server server;
  copy::write(server.tree() / "compose.yml", "version: 2\n");
  const std::string second = server.commit("second");
  server.push();
  const archive::ArchiveReader archive(server.back_up());
  // A repository that knows the first commit only.
  fs::remove_all(server.tree());
  server.git({"clone", "--quiet", "--depth=1", "file://" + (server.root() / "remote").string(),
              server.tree().string()},
             server.root());
  server.git({"update-ref", "-d", "refs/remotes/origin/main"});
  fs::remove_all(server.tree());
  server.git({"init", "--quiet", "--initial-branch=main", server.tree().string()}, server.root());
  server.git({"remote", "add", "origin", (server.root() / "remote").string()});
  server.git({"commit", "--quiet", "--allow-empty", "-m", "unrelated"});

  const auto refused = server.preflight_restore(archive);
  const auto* finding = copy::finding_with(refused, second);
  REQUIRE(finding != nullptr);
  CHECK(finding->code == core::ExitCode::kPrecondition);
  CHECK(finding->hint.find("fetch") != std::string::npos);

  server.settings.section.set("fetch", true);
  CHECK(server.preflight_restore(archive).findings.empty());
  server.restore(archive);
  CHECK(server.head() == second);
  CHECK(server.prove(archive).empty());
}

TEST_CASE("a new server gets the repository from the archive's remote") {
  Server server;
  const std::string before = server.describe();
  const archive::ArchiveReader archive(server.back_up());
  fs::remove_all(server.tree());
  CHECK(server.preflight_restore(archive).findings.size() == 1);
  server.settings.section.set("fetch", true);
  CHECK(server.preflight_restore(archive).findings.empty());
  server.restore(archive);
  CHECK(server.describe() == before);
}

TEST_CASE("a restore that was killed anywhere may run again") {
  Server server;
  change(server);
  const std::string before = server.describe();
  const archive::ArchiveReader archive(server.back_up());
  server.restore(archive);
  // As if the kill had come before the journal entry, with git's lock left behind.
  server.ports.journal.clear("deployment", {});
  copy::write(server.tree() / ".git/index.lock", "");
  server.resume(archive);
  CHECK(server.describe() == before);
  CHECK(server.prove(archive).empty());
}
