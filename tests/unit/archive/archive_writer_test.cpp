#include "archive/archive_writer.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include <catch2/catch.hpp>

#include "archive/archive_reader.hpp"
#include "archive/sidecar.hpp"
#include "core/error.hpp"
#include "tests/unit/archive/sample.hpp"

using Catch::Matchers::Contains;

namespace {

std::string output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  CHECK(pclose(pipe) == 0);
  return text;
}

mode_t mode_of(const std::string& path) {
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 07777;
}

}  // namespace

TEST_CASE("an archive becomes visible only whole, with its copy of the manifest") {
  const sample::Folder folder;
  archive::ArchiveWriter writer(folder.path(), sample::kId);
  writer.put({"a/b", "mysql", {}, {}}, archive::encode_plain("text"));
  REQUIRE(folder.names().size() == 1);
  CHECK_THAT(folder.names().front(), Contains(".tar.tmp-"));
  const auto done = writer.finish(sample::manifest());
  CHECK(folder.names() == std::vector<std::string>{sample::kId + ".json", sample::kId + ".tar"});
  CHECK(done.path == folder.tar());
  CHECK(mode_of(done.path) == 0600);
  CHECK(mode_of(archive::sidecar_path(folder.path(), sample::kId)) == 0600);
  CHECK(std::filesystem::file_size(done.path) == done.size_bytes);
}

TEST_CASE("a writer that is not finished leaves nothing behind") {
  const sample::Folder folder;
  {
    archive::ArchiveWriter writer(folder.path(), sample::kId);
    writer.put({"a/b", "mysql", {}, {}}, archive::encode_plain("text"));
  }
  CHECK(folder.names().empty());
}

TEST_CASE("tar lists and extracts what was written") {
  const sample::Folder folder;
  const auto done = sample::write(folder.path());
  const std::string list = output_of("tar tf " + done.path);
  CHECK(list.rfind("format.json\nmysql/athena/schema.sql\n", 0) == 0);
  CHECK_THAT(list, Contains("mysql/%C3%A4%20long%20name%20xxx"));
  CHECK(list.substr(list.size() - 14) == "manifest.json\n");
  CHECK(output_of("tar xOf " + done.path + " mysql/athena/schema.sql") == "CREATE;\n");
  CHECK(output_of("tar xOf " + done.path + " mysql/athena/trial/000001.tsv.zst | zstd -dc") ==
        sample::rows(500));
}

TEST_CASE("offsets in the manifest are where the bytes stand") {
  const sample::Folder folder;
  const auto done = sample::write(folder.path());
  const archive::ArchiveReader reader(done.path, done.manifest_sha256);
  const auto& manifest = reader.manifest();
  REQUIRE(manifest.members.size() == 4);
  CHECK(manifest.backup_id == sample::kId);
  CHECK(manifest.environment == "athena-test");
  CHECK(manifest.kind == "backup");
  CHECK(manifest.description == "before the upgrade");
  CHECK(manifest.tool_version == TOOL_VERSION);
  CHECK(reader.read(manifest.members[1]) == "CREATE;\n");
  CHECK(reader.read(manifest.members[2]) == sample::rows(500));
  CHECK(manifest.members[2].meta.get_string("table") == "trial");
  CHECK(reader.read(manifest.members[3]) == sample::rows(3));
  CHECK(manifest.resource("mysql")->rows == 503);
  CHECK(manifest.resource("firebase")->absent == "not configured");
  CHECK(reader.size_bytes() == done.size_bytes);
}

TEST_CASE("many threads put at once and every member comes back") {
  const sample::Folder folder;
  archive::ArchiveWriter writer(folder.path(), sample::kId);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&writer, t] {
      for (int i = 0; i < 50; ++i)
        writer.put({"t" + std::to_string(t) + "/" + std::to_string(i), "mysql", 1, {}},
                   archive::encode_zstd(sample::rows(t * 50 + i)));
    });
  for (auto& thread : threads) thread.join();
  const archive::ArchiveReader reader(writer.finish({}).path);
  CHECK(reader.manifest().members.size() == 201);
  for (const auto* member : reader.manifest().members_of("mysql")) {
    const int t = std::stoi(member->name.substr(1));
    const int i = std::stoi(member->name.substr(member->name.find('/') + 1));
    CHECK(reader.read(*member) == sample::rows(t * 50 + i));
  }
}

TEST_CASE("an empty archive and an empty member are whole archives") {
  const sample::Folder folder;
  archive::ArchiveWriter writer(folder.path(), sample::kId);
  writer.put({"empty", "mysql", {}, {}}, archive::encode_plain(""));
  const archive::ArchiveReader reader(writer.finish({}).path);
  CHECK(reader.read(reader.manifest().members[1]).empty());
}

TEST_CASE("unsafe and repeated member names never get into an archive") {
  const sample::Folder folder;
  archive::ArchiveWriter writer(folder.path(), sample::kId);
  const auto chunk = archive::encode_plain("x");
  for (const char* name : {"", "/a", "a/../b", "..", ".", "a//b", "a/", "a b", "\xc3\xa4", "a\nb",
                           "format.json", "manifest.json"}) {
    CAPTURE(name);
    CHECK_THROWS_AS(writer.put({name, "mysql", {}, {}}, chunk), core::Error);
  }
}

TEST_CASE("a missing folder, a file in its place and a taken name are refused as storage errors") {
  const sample::Folder folder;
  sample::write(folder.path());
  CHECK_THROWS_WITH(archive::ArchiveWriter(folder.path(), sample::kId), Contains("there already"));
  CHECK_THROWS_WITH(archive::ArchiveWriter(folder.path() + "/none", sample::kId),
                    Contains("archive folder"));
  CHECK_THROWS_WITH(archive::ArchiveWriter(folder.tar(), sample::kId), Contains("not a folder"));
  CHECK_THROWS_AS(archive::ArchiveWriter(folder.path(), "../evil"), core::Error);
}

TEST_CASE("a disk that refuses bytes midway is a storage error and leaves no file") {
  const sample::Folder folder;
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100'000, before.rlim_max};
  {
    archive::ArchiveWriter writer(folder.path(), sample::kId);
    setrlimit(RLIMIT_FSIZE, &small);
    const auto chunk = archive::encode_plain(std::string(300'000, 'x'));
    for (const char* name : {"a", "b"}) {  // once broken, it stays broken
      try {
        writer.put({name, "mysql", {}, {}}, chunk);
        FAIL("written");
      } catch (const core::Error& error) {
        CHECK(error.code() == core::ExitCode::kStorage);
        CHECK_THAT(error.what(), Contains("File too large"));
      }
    }
    CHECK_THROWS_AS(writer.finish({}), core::Error);
    setrlimit(RLIMIT_FSIZE, &before);
  }
  std::signal(SIGXFSZ, handler);
  CHECK(folder.names().empty());
}
