#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/unit/resources/config_local/live_tree.hpp"

using live::Server;
namespace fs = std::filesystem;

namespace {

void damage(const fs::path& tree) {
  fs::remove_all(tree / "many/3");
  fs::remove(tree / "dangling");
  fs::remove(tree / "app/same");
  live::write(tree / "app/site.conf", "port = 81\n");
  live::write(tree / "planted/here", "not in the archive\n");
  ::chmod((tree / "app").c_str(), 0700);
  ::removexattr((tree / "empty").c_str(), "user.folder");
}

std::vector<std::string> objects(const std::vector<resources::Difference>& differences) {
  std::vector<std::string> names;
  for (const auto& difference : differences)
    if (names.empty() || names.back() != difference.object) names.push_back(difference.object);
  return names;
}

}  // namespace

TEST_CASE("a damaged configuration folder comes back exactly as it was") {
  Server server;
  server.fill();
  const std::string before = server.describe();
  const archive::ArchiveReader archive(server.back_up());
  CHECK(server.describe() == before);
  CHECK(server.prove(archive).empty());

  damage(server.tree());
  CHECK_FALSE(server.prove(archive).empty());
  server.restore(archive);
  CHECK(server.describe() == before);
  CHECK(server.prove(archive).empty());
}

TEST_CASE("holes stay holes") {
  Server server;
  server.fill();
  const archive::ArchiveReader archive(server.back_up());
  CHECK(archive.size_bytes() < 60'000'000);
  fs::remove_all(server.tree());
  server.restore(archive);
  struct stat found {};
  REQUIRE(::stat((server.tree() / "holes/large").c_str(), &found) == 0);
  CHECK(found.st_size == off_t{3} << 30);
  CHECK(found.st_blocks * 512 < 1'000'000);
}

TEST_CASE("the old tree stays beside the restored one until the operation ends proved") {
  Server server;
  live::write(server.tree() / "a", "1");
  const archive::ArchiveReader archive(server.back_up());
  live::write(server.tree() / "a", "2");
  server.restore(archive);
  CHECK(live::read(server.tree() / "a") == "1");
  REQUIRE(server.names_beside().size() == 3);
  CHECK(live::read(server.root() / server.names_beside()[2] / "a") == "2");
  server.resource().clean_up(server.ports.context);
  CHECK(server.names_beside() == std::vector<std::string>{"archives", "config-local"});
}

TEST_CASE("a folder that is gone is restored as well") {
  Server server;
  server.fill();
  const std::string before = server.describe();
  const archive::ArchiveReader archive(server.back_up());
  fs::remove_all(server.tree());
  server.restore(archive);
  CHECK(server.describe() == before);
}

TEST_CASE("destroy leaves the live folder alone and names what the swap takes away") {
  Server server;
  live::write(server.tree() / "a", "1");
  const archive::ArchiveReader archive(server.back_up());
  live::write(server.tree() / "b/c", "2");
  const std::string before = server.describe();
  CHECK(server.resource().destroy(archive, server.ports.context) ==
        std::vector<std::string>{"b", "b/c"});
  CHECK(server.describe() == before);
  CHECK(server.ports.lease.checks > 0);
}

TEST_CASE("prove names every entry that differs and how") {
  Server server;
  server.fill();
  const archive::ArchiveReader archive(server.back_up());
  damage(server.tree());
  // The same size and time: only the content tells.
  const fs::path file = server.tree() / "many/1/50";
  struct stat before {};
  REQUIRE(::stat(file.c_str(), &before) == 0);
  std::string bytes = live::read(file);
  bytes[77] = static_cast<char>(bytes[77] ^ 1);
  live::write(file, bytes);
  live::set_mtime(file, before.st_mtim.tv_sec, before.st_mtim.tv_nsec);
  // A byte inside a hole.
  live::write_sparse(server.tree() / "holes/small", 500'000, 400'000, "x");

  const auto differences = server.prove(archive);
  const auto names = objects(differences);
  for (const std::string name : {"app", "app/same", "app/site.conf", "dangling", "empty",
                                 "holes/small", "many/1/50", "many/3", "planted", "planted/here"})
    CHECK(std::count(names.begin(), names.end(), name) == 1);
  const auto changed = std::find_if(differences.begin(), differences.end(),
                                    [](const auto& one) { return one.object == "many/1/50"; });
  CHECK(changed->expected.find("SHA-256 ") == 0);
  CHECK(changed->found != changed->expected);
}

TEST_CASE("excluded entries are in no archive and outlive a restore") {
  Server server;
  json::Value patterns = json::Value::array();
  for (const auto* pattern : {"*.pid", "cache", "run/state"}) patterns.push_back(pattern);
  server.settings.section.set("exclude", patterns);
  live::write(server.tree() / "a", "1");
  live::write(server.tree() / "cache/x", "cached");
  live::write(server.tree() / "run/state/y", "state");
  live::write(server.tree() / "run/app.pid", "7");
  const archive::ArchiveReader archive(server.back_up());
  CHECK(archive.manifest().resource("config_local")->detail.get_int("files") == 1);
  live::write(server.tree() / "a", "2");
  live::write(server.tree() / "new/other.pid", "8");
  server.restore(archive);
  CHECK(live::read(server.tree() / "a") == "1");
  CHECK(live::read(server.tree() / "cache/x") == "cached");
  CHECK(live::read(server.tree() / "run/state/y") == "state");
  CHECK(live::read(server.tree() / "run/app.pid") == "7");
  CHECK(live::read(server.tree() / "new/other.pid") == "8");
  CHECK(server.prove(archive).empty());
}

TEST_CASE("in place, the folder itself stays and ends up as archived") {
  Server server;
  server.settings.section.set("in_place", true);
  server.fill();
  const std::string before = server.describe();
  const archive::ArchiveReader archive(server.back_up());
  struct stat root {};
  ::stat(server.tree().c_str(), &root);
  damage(server.tree());
  fs::remove(server.tree() / "pipe");
  live::write(server.tree() / "pipe/now/a/folder", "x");
  fs::remove_all(server.tree() / "many/4");
  fs::create_symlink("/tmp", server.tree() / "many/4");
  server.restore(archive);
  CHECK(server.describe() == before);
  CHECK(server.prove(archive).empty());
  struct stat now {};
  ::stat(server.tree().c_str(), &now);
  CHECK(now.st_ino == root.st_ino);
}

TEST_CASE("tar and zstd alone bring files back from the archive") {
  Server server;
  live::write(server.tree() / "app/site.conf", "port = 80\n");
  const std::string large = live::noise(9'000'000);
  live::write(server.tree() / "large.bin", large);
  const std::string archive = server.back_up();
  const fs::path out = server.root() / "out";
  fs::create_directories(out);
  live::run(out, {"tar", "xf", archive});
  live::run(out, {"sh", "-c", "zstd -qdc config-local/packs/*.tar.zst | tar x"});
  CHECK(live::read(out / "app/site.conf") == "port = 80\n");
  CHECK(live::run(out, {"sh", "-c", "cat config-local/files/*/large.bin.zst.* | zstd -qdc"}) ==
        large);
  CHECK(live::run(out, {"sh", "-c", "zstd -qdc config-local/index.ndjson.zst"})
            .find("\"path\":\"app/site.conf\"") != std::string::npos);
}
