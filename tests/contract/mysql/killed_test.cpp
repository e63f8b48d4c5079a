#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "resources/mysql/connection.hpp"
#include "test_stage.hpp"

using namespace mysql_test;

namespace {

// The restore as a process of its own, to be killed. Its journal outlives it, as a step's does.
class Child {
 public:
  Child(const std::string& folder, const std::string& archive) {
    const std::string section = folder + "/section.json";
    const std::string journal = folder + "/journal";
    m_pid = ::fork();
    if (m_pid == 0) {
      ::execl(STAGE_DRIVER, STAGE_DRIVER, "mysql", "restore", section.c_str(), archive.c_str(),
              journal.c_str(), nullptr);
      ::_exit(127);
    }
  }
  // True when it had ended by itself, well.
  bool kill() const {
    ::kill(m_pid, SIGKILL);
    return wait();
  }
  bool wait() const {
    int status = 0;
    ::waitpid(m_pid, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  pid_t m_pid;
};

void make_tables(const LiveServer& server) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_killed; CREATE DATABASE eb_killed; USE eb_killed;"
      "CREATE TABLE big (id INT PRIMARY KEY AUTO_INCREMENT, a CHAR(32), b VARCHAR(200), n INT,"
      " KEY a_ix (a), KEY n_ix (n), FULLTEXT KEY b_ft (b));"
      "CREATE TABLE bare (a CHAR(32), b VARCHAR(200));"
      "CREATE TABLE isam (id INT PRIMARY KEY, v VARCHAR(200)) ENGINE=MyISAM;"
      "CREATE TABLE child (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES big (id));"
      "CREATE TRIGGER child_bi BEFORE INSERT ON child FOR EACH ROW SET @x = 1;"
      "CREATE VIEW b_view AS SELECT id, a FROM big; CREATE VIEW a_view AS SELECT id FROM b_view;"
      "INSERT INTO big VALUES (1, MD5(1), REPEAT('one two three ', 12), 1)");
  for (int i = 0; i < 14; ++i)
    server.execute("INSERT INTO eb_killed.big SELECT id + " + std::to_string(1 << i) +
                   ", MD5(id + " + std::to_string(1 << i) + "), b, id % 7 FROM eb_killed.big");
  server.execute(
      "INSERT INTO eb_killed.bare SELECT a, b FROM eb_killed.big WHERE id <= 8000;"
      "INSERT INTO eb_killed.isam SELECT id, b FROM eb_killed.big WHERE id <= 500;"
      "INSERT INTO eb_killed.child SELECT id FROM eb_killed.big WHERE id <= 100");
}

json::Value killed_section(const LiveServer& server) {
  auto section = server.section({"eb_killed"});
  section.set("chunk_bytes", 100000);
  return section;
}

// How long a restore takes that nobody kills; destroyed again afterwards.
std::chrono::milliseconds time_restore(Stage& stage, const archive::ArchiveReader& archive) {
  stage.destroy(archive);
  const auto begun = std::chrono::steady_clock::now();
  CHECK(Child(stage.folder.path(), archive.path()).wait());
  const auto ended = std::chrono::steady_clock::now();
  CHECK(text_of(stage.prove(archive)) == "");
  stage.destroy(archive);
  return std::chrono::duration_cast<std::chrono::milliseconds>(ended - begun);
}

void killed_at(const LiveServer& server, int moments) {
  make_tables(server);
  const std::string before = server.dump({"eb_killed"});
  Stage stage(killed_section(server));
  const archive::ArchiveReader archive(stage.capture());
  std::ofstream(stage.folder.path() + "/section.json") << json::dump(killed_section(server));
  const auto whole = static_cast<int>(time_restore(stage, archive).count());
  std::mt19937 random(static_cast<unsigned>(::getpid()));
  int hits = 0;
  for (int attempt = 0; hits < moments && attempt < 3 * moments; ++attempt) {
    const Child restore(stage.folder.path(), archive.path());
    const int milliseconds = std::uniform_int_distribution<int>(10, whole)(random);
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    if (!restore.kill()) {
      ++hits;
      continue;
    }
    // whole: from the beginning again, so that later kills hit something
    CHECK(text_of(stage.prove(archive)) == "");
    stage.destroy(archive);
  }
  CHECK(hits == moments);
  CHECK(Child(stage.folder.path(), archive.path()).wait());
  CHECK(text_of(stage.prove(archive)) == "");
  CHECK(server.dump({"eb_killed"}) == before);
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_killed");
}

void killed_at_a_few(const LiveServer& server) {
  killed_at(server, 5);
}
void killed_at_twenty(const LiveServer& server) {
  killed_at(server, 20);
}

// Session and text of the ALTER that adds the keys, or nothing.
std::string running_alter(resources::mysql::Connection& watch) {
  return watch
      .value(
          "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'ALTER TABLE%eb_killed%'")
      .value_or("");
}

// Its ALTER waits for a transaction that has the table open, so the kill finds it running.
void killed_in_alter(const LiveServer& server) {
  make_tables(server);
  const std::string before = server.dump({"eb_killed"});
  Stage stage(killed_section(server));
  const archive::ArchiveReader archive(stage.capture());
  std::ofstream(stage.folder.path() + "/section.json") << json::dump(killed_section(server));
  stage.destroy(archive);
  const auto settings =
      resources::mysql::read_settings(support::settings_of(killed_section(server)));
  resources::mysql::Connection watch(settings, stage.local.cancel);
  resources::mysql::Connection holder(settings, stage.local.cancel);
  const Child restore(stage.folder.path(), archive.path());
  holder.execute("START TRANSACTION");
  while (!holder.try_execute("SELECT 1 FROM eb_killed.big LIMIT 1"))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::string alter;
  for (int i = 0; i < 6000 && alter.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    alter = running_alter(watch);
  }
  REQUIRE(!alter.empty());
  CHECK_FALSE(restore.kill());
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  CHECK(running_alter(watch) == alter);  // the server does not know that nobody waits any more
  std::thread release([&] {
    while (running_alter(watch) == alter)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    holder.execute("ROLLBACK");
  });
  stage.restore(archive);
  release.join();
  CHECK(std::count(stage.local.progress.notes.begin(), stage.local.progress.notes.end(),
                   "mysql: ending session " + alter + " of an interrupted run") == 1);
  CHECK(text_of(stage.prove(archive)) == "");
  CHECK(server.dump({"eb_killed"}) == before);
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_killed");
}

void another_target(const LiveServer& server) {
  make_tables(server);
  auto section = server.section({"eb_killed"});
  Stage first(section);
  const archive::ArchiveReader archive(first.capture());
  Stage second(section);
  const archive::ArchiveReader other(second.capture());
  first.destroy(archive);
  first.restore(archive);
  CHECK(code_of([&] { second.restore(other); }) == core::ExitCode::kPrecondition);
  second.destroy(other);
  second.restore(other);
  CHECK(text_of(second.prove(other)) == "");
  second.resource.clean_up(second.local.context);
  server.execute("DROP DATABASE eb_killed");
}

}  // namespace

TEST_ON_BOTH("a restore killed at five moments resumes and ends exact", killed_at_a_few)
TEST_ON_BOTH_LONG("a restore killed at twenty moments resumes and ends exact", killed_at_twenty)
TEST_ON_BOTH("what a killed restore left running in the server is ended first", killed_in_alter)
TEST_ON_BOTH("another archive is refused while a restore is half done", another_target)
