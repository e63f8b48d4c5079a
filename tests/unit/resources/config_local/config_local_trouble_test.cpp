#include <functional>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/sha256.hpp"
#include "resources/config_local/index.hpp"
#include "resources/config_local/index_line.hpp"
#include "tests/unit/resources/config_local/live_tree.hpp"

using live::Server;
namespace fs = std::filesystem;
namespace config_local = resources::config_local;

namespace {

// Drops the chunks; does something when the first one arrives, as if it happened meanwhile.
class DisturbingSink final : public archive::ChunkSink {
 public:
  explicit DisturbingSink(std::function<void(int)> disturb) : m_disturb(std::move(disturb)) {}
  void put(archive::ChunkName /*name*/, const archive::EncodedChunk& /*chunk*/) override {
    m_disturb(m_puts++);
  }

 private:
  std::function<void(int)> m_disturb;
  int m_puts = 0;
};

core::ExitCode code_of(const std::function<void()>& work, std::string* message = nullptr) {
  try {
    work();
  } catch (const core::Error& error) {
    if (message != nullptr) *message = error.what();
    return error.code();
  }
  return core::ExitCode::kOk;
}

// An archive whose index is `lines`, with one pack of one file "a".
std::string forge(const Server& server, const std::string& lines) {
  const std::string id = core::make_backup_id("athena-test", 1'795'000'000'000);
  archive::ArchiveWriter writer(server.archives(), id);
  json::Value index;
  index.set("kind", "index");
  index.set("part", 0);
  writer.put({"config-local/index.ndjson.zst", "config_local", {}, index},
             archive::encode_zstd(lines));
  archive::Manifest manifest;
  manifest.environment = "athena-test";
  manifest.kind = "backup";
  manifest.created_at = "2026-11-23T04:30:00Z";
  json::Value detail;
  detail.set("index_sha256", core::sha256_hex(lines));
  manifest.resources = {{"config_local", {}, 0, 0, 0, detail}};
  return writer.finish(manifest).path;
}

std::string line(const std::string& path, const std::string& rest) {
  return "{\"path\":\"" + path +
         "\",\"mode\":\"0755\",\"uid\":0,\"gid\":0,\"user\":\"root\",\"group\":\"root\","
         "\"mtime_seconds\":1,\"mtime_nanoseconds\":0," +
         rest + "}\n";
}

const std::string kRoot = line(".", "\"type\":\"folder\"");

}  // namespace

TEST_CASE("a file that changes while it is read is read again") {
  Server server;
  live::write(server.tree() / "a", "old");
  const fs::path file = server.tree() / "a";
  DisturbingSink sink([&](int put) {
    if (put == 0) live::write(file, "newer");
  });
  auto config_local = server.resource();
  const auto work = config_local.open(sink, server.ports.context);
  for (const auto& item : work->plan()) work->run(item);
  CHECK(work->finish().get_int("size_bytes") == 5);
  CHECK(server.ports.progress.notes.size() == 1);
}

TEST_CASE("the archive has the content that a restless file had in the end") {
  Server server;
  live::write(server.tree() / "a", "old");
  const std::string id = core::make_backup_id("athena-test", 1'795'000'000'000);
  archive::ArchiveWriter writer(server.archives(), id);
  auto config_local = server.resource();
  auto work = config_local.open(writer, server.ports.context);
  for (const auto& item : work->plan()) work->run(item);
  live::write(server.tree() / "a", "new");
  fs::create_directories(server.tree() / "late");
  live::write(server.tree() / "late/b", "came late");
  archive::Manifest manifest;
  manifest.environment = "athena-test";
  manifest.kind = "backup";
  manifest.created_at = "2026-11-23T04:30:00Z";
  manifest.resources = {{"config_local", {}, 0, 0, 0, work->finish()}};
  const std::string before = server.describe();
  const archive::ArchiveReader archive(writer.finish(manifest).path);
  fs::remove_all(server.tree());
  server.restore(archive);
  CHECK(server.describe() == before);
}

TEST_CASE("a file that never stands still fails the backup by its name") {
  Server server;
  live::write(server.tree() / "quiet", "x");
  live::write(server.tree() / "app/busy.log", "0");
  const fs::path file = server.tree() / "app/busy.log";
  DisturbingSink sink([&](int put) { live::write(file, std::string(put + 2, 'x')); });
  auto config_local = server.resource();
  const auto work = config_local.open(sink, server.ports.context);
  for (const auto& item : work->plan()) work->run(item);
  std::string message;
  CHECK(code_of([&] { work->finish(); }, &message) == core::ExitCode::kPrecondition);
  CHECK(message == "app/busy.log changed during each of 4 readings");
}

TEST_CASE("a file that vanishes before it is read is no part of the archive") {
  Server server;
  live::write(server.tree() / "a", "x");
  live::write(server.tree() / "gone/b", "x");
  DisturbingSink sink([](int) {});
  auto config_local = server.resource();
  const auto work = config_local.open(sink, server.ports.context);
  const auto items = work->plan();
  fs::remove_all(server.tree() / "gone");
  for (const auto& item : items) work->run(item);
  CHECK(work->finish().get_int("entries") == 2);
}

TEST_CASE("a restore that was killed midway goes on with what is missing") {
  Server server;
  server.fill();
  const std::string before = server.describe();
  const archive::ArchiveReader archive(server.back_up());
  fs::remove_all(server.tree() / "app");
  std::size_t all = 0;
  {
    auto config_local = server.resource();
    config_local.destroy(archive, server.ports.context);
    const auto work = config_local.restore(archive, server.ports.context);
    const auto items = work->plan();
    all = items.size();
    for (std::size_t i = 0; i < items.size() / 2; ++i) work->run(items[i]);
  }
  auto config_local = server.resource();
  CHECK(config_local.restore(archive, server.ports.context)->plan().size() == all - all / 2);
  server.resume(archive);
  CHECK(server.describe() == before);
  CHECK(server.prove(archive).empty());
}

TEST_CASE("a restore that was killed right after the swap does not swap back") {
  Server server;
  live::write(server.tree() / "a", "1");
  const archive::ArchiveReader archive(server.back_up());
  live::write(server.tree() / "a", "2");
  server.restore(archive);
  server.ports.journal.clear("config_local", {"live"});
  server.resume(archive);
  CHECK(live::read(server.tree() / "a") == "1");
  CHECK(server.prove(archive).empty());
}

TEST_CASE("a finished restore has nothing to do when it runs again") {
  Server server;
  live::write(server.tree() / "a", "1");
  const archive::ArchiveReader archive(server.back_up());
  server.restore(archive);
  live::write(server.tree() / "a", "touched since");
  server.resume(archive);
  CHECK(live::read(server.tree() / "a") == "touched since");
}

TEST_CASE("after a failed prove, destroy and restore build the tree anew") {
  Server server;
  live::write(server.tree() / "a", "1");
  const archive::ArchiveReader archive(server.back_up());
  server.restore(archive);
  live::write(server.tree() / "a", "wrong");
  server.ports.journal.clear("config_local", {});
  server.restore(archive);
  CHECK(live::read(server.tree() / "a") == "1");
  CHECK(server.names_beside().size() == 3);
}

TEST_CASE("after a reboot a restore starts anew and removes the half-built tree") {
  Server server;
  server.fill();
  const std::string before = server.describe();
  const archive::ArchiveReader archive(server.back_up());
  {
    auto config_local = server.resource();
    config_local.destroy(archive, server.ports.context);
    const auto work = config_local.restore(archive, server.ports.context);
    work->run(work->plan().front());
  }
  server.ports.journal.remember("config_local", "boot_id", "an earlier boot");
  server.resume(archive);
  CHECK(server.describe() == before);
  CHECK(server.names_beside().size() == 3);
}

TEST_CASE("an in-place restore that was killed midway goes on") {
  Server server;
  server.settings.section.set("in_place", true);
  server.fill();
  const std::string before = server.describe();
  const archive::ArchiveReader archive(server.back_up());
  fs::remove_all(server.tree() / "app");
  {
    auto config_local = server.resource();
    config_local.destroy(archive, server.ports.context);
    const auto work = config_local.restore(archive, server.ports.context);
    const auto items = work->plan();
    for (std::size_t i = 0; i < items.size() / 2; ++i) work->run(items[i]);
  }
  live::write(server.tree() / "app/.environment-backup-abcdef-7", "left by a killed run");
  server.resume(archive);
  CHECK(server.describe() == before);
}

TEST_CASE("names that lead out of the tree are refused before anything is written") {
  const std::vector<std::string> hostile{
      kRoot + line("../outside", "\"type\":\"fifo\""),
      kRoot + line("/etc/passwd", "\"type\":\"fifo\""),
      kRoot + line("a//b", "\"type\":\"fifo\""),
      kRoot + line("a/./b", "\"type\":\"fifo\""),
      kRoot + line("%2E%2E/x", "\"type\":\"fifo\""),
      kRoot + line("x%00y", "\"type\":\"fifo\""),
      kRoot + line("", "\"type\":\"fifo\""),
      kRoot + line(std::string(256, 'n'), "\"type\":\"fifo\""),
      kRoot + line("missing/folder", "\"type\":\"fifo\""),
      kRoot + line("a", "\"type\":\"fifo\"") + line("a", "\"type\":\"fifo\""),
      kRoot + line("a", "\"type\":\"symlink\",\"target\":\"/etc\"") +
          line("a/passwd", "\"type\":\"fifo\""),
      kRoot + line("a", "\"type\":\"device\""),
      kRoot + line("a", "\"type\":\"file\",\"same_file_as\":\"../../etc/shadow\""),
      kRoot + line("a", "\"type\":\"file\",\"same_file_as\":\"a\""),
      kRoot + line("a", "\"type\":\"file\",\"size\":1,\"sha256\":\"" + std::string(64, '0') +
                            "\",\"pack\":7"),
      kRoot + line("a", "\"type\":\"file\",\"size\":10,\"sha256\":\"" + std::string(64, '0') +
                            "\",\"content\":1,\"parts\":1,\"data\":[[5,6]]"),
      line("a", "\"type\":\"folder\""),
      kRoot.substr(0, kRoot.size() - 1),
      "not json\n"};
  for (const auto& lines : hostile) {
    Server server;
    live::write(server.tree() / "mine", "1");
    const archive::ArchiveReader archive(forge(server, lines));
    auto config_local = server.resource();
    INFO(lines);
    CHECK(code_of([&] { config_local.preflight_restore(archive, server.ports.context); }) ==
          core::ExitCode::kIntegrity);
    CHECK(code_of([&] { server.resume(archive); }) == core::ExitCode::kIntegrity);
    CHECK(server.names_beside() == std::vector<std::string>{"archives", "config-local"});
    CHECK(live::read(server.tree() / "mine") == "1");
  }
}

TEST_CASE("an index that the manifest's hash does not cover is refused") {
  Server server;
  const std::string path = forge(server, kRoot);
  const archive::ArchiveReader archive(path);
  CHECK(code_of([&] { config_local::read_index(archive, {}, server.ports.context); }) ==
        core::ExitCode::kOk);
}
