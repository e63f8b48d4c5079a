#include "publish/export_file.hpp"

#include <filesystem>
#include <thread>
#include <vector>

#include <sys/stat.h>
#include <catch2/catch.hpp>

#include "core/atomic_file.hpp"
#include "core/log.hpp"
#include "core/unique_fd.hpp"
#include "json/value.hpp"
#include "publish/publisher.hpp"
#include "publish/turn.hpp"
#include "tests/unit/state/fixture.hpp"

using namespace state_test;
namespace fs = std::filesystem;

namespace {

struct Desk : Fixture {
  environment::Environment environment;

  Desk() {
    environment.name = "athena";
    environment.archive_folder = folder.place().archive_folder;
    environment.state_folder = folder.path().string();
  }
  json::Value exported() { return json::parse(core::read_file(environment.view_file()), "view"); }
  void adopt() {  // a publisher knows its machine by itself
    state::StateFile adopting({file.place().path, "athena", "", ""}, state::OpenMode::kExisting,
                              clock, true);
    state::adopt_machine(adopting);
  }
};

struct LogLines {
  std::vector<std::string> lines;
  LogLines() {
    core::set_log_sink([this](core::LogLevel, const std::string& line) { lines.push_back(line); });
  }
  ~LogLines() { core::set_log_sink({}); }
};

}  // namespace

TEST_CASE("the export is whole, readable by all whatever the umask, and leaves no other file") {
  Desk at;
  const auto id = at.backup();
  const mode_t before = ::umask(0077);
  publish::write_export(at.environment, at.file);
  ::umask(before);
  struct stat info {};
  REQUIRE(::stat(at.environment.view_file().c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0644);
  const auto view = at.exported();
  CHECK(view.at("environment") == json::Value("athena"));
  REQUIRE(view.at("archives").as_array().size() == 1);
  CHECK(view.at("archives").as_array()[0].at("backup_id") == json::Value(id));
  for (const auto& entry : fs::directory_iterator(at.folder.path()))
    CHECK(entry.path().string().find(".tmp-") == std::string::npos);
}

TEST_CASE("a temporary file that a killed writer left is written over") {
  Desk at;
  const std::string left = at.environment.view_file() + ".tmp-view";
  core::write_file_atomically(left, std::string(1 << 20, 'x'));
  publish::write_export(at.environment, at.file);
  CHECK(at.exported().at("archives").as_array().empty());
  CHECK_FALSE(fs::exists(left));
}

TEST_CASE("the export of 1000 archives parses and keeps their order") {
  Desk at;
  at.file.write([&](SQLite::Database& db) {
    for (int i = 0; i < 1000; ++i) {
      state::ArchiveRecord record;
      record.backup_id = core::make_backup_id("athena", at.clock.now + i * 1000);
      record.kind = "backup";
      record.status = state::ArchiveStatus::kComplete;
      record.created_ms = at.clock.now + i * 1000;
      record.description = "line\nbreak \"quoted\" \xE2\x82\xAC";
      state::insert_archive(db, record);
    }
  });
  publish::write_export(at.environment, at.file);
  const auto view = at.exported();
  const auto& archives = view.at("archives").as_array();
  REQUIRE(archives.size() == 1000);
  CHECK(archives[0].at("created_at").as_string() > archives[999].at("created_at").as_string());
}

TEST_CASE("of many that write at once the last one to read the state is the one that stays") {
  Desk at;
  at.adopt();
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i)
    writers.emplace_back([&] {
      publish::Publisher publisher(at.environment, at.clock);
      for (int n = 0; n < 10; ++n) {
        state::clear_maintenance(at.file);  // raises the revision
        publisher.tell(true);
      }
    });
  for (auto& writer : writers) writer.join();
  state::StateFile file({at.file.place().path, "athena", "", ""}, state::OpenMode::kExisting,
                        at.clock);
  const auto exported = at.exported().at("revision").as_int();
  publish::write_export(at.environment, file);
  CHECK(at.exported().at("revision").as_int() == exported);
}

TEST_CASE("a view that cannot be written is a warning, told once, and the next one catches up") {
  Desk at;
  at.adopt();
  LogLines log;
  at.environment.published_file = (at.folder.path() / "missing" / "view.json").string();
  publish::Publisher publisher(at.environment, at.clock);
  publisher.tell(true);
  publisher.tell(true);
  REQUIRE(log.lines.size() == 1);
  CHECK_THAT(log.lines[0], Catch::Contains("the published view is out of date"));
  fs::create_directory(at.folder.path() / "missing");
  publisher.tell(true);
  CHECK(log.lines.size() == 1);
  CHECK(at.exported().at("state") == json::Value("live"));
}

TEST_CASE("an environment without a state file has nothing to tell") {
  Folder folder;
  environment::Environment environment;
  environment.name = "athena";
  environment.state_folder = folder.path().string();
  LogLines log;
  publish::Publisher(environment).tell(true);
  CHECK(log.lines.empty());
  CHECK_FALSE(fs::exists(environment.view_file()));
}

TEST_CASE("who does not get a turn in time says so") {
  Folder folder;
  const std::string path = (folder.path() / "turn").string();
  const auto held = publish::take_turn(path, 0);
  CHECK(code_of([&] { publish::take_turn(path, 20); }) == 11);
}
