#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "test_stage.hpp"

using namespace mysql_test;

namespace {

constexpr int kKills = 20;

// The restore as a process of its own, to be killed.
class Child {
 public:
  Child(const std::string& section, const std::string& archive) {
    m_pid = ::fork();
    if (m_pid == 0) {
      ::execl(STAGE_DRIVER, STAGE_DRIVER, "mysql", "restore", section.c_str(), archive.c_str(),
              nullptr);
      ::_exit(127);
    }
  }
  // True when it had ended by itself, well.
  bool kill() const {
    ::kill(m_pid, SIGKILL);
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

void killed_anywhere(const LiveServer& server) {
  make_tables(server);
  const std::string before = server.dump({"eb_killed"});
  auto section = server.section({"eb_killed"});
  section.set("chunk_bytes", 100000);
  Stage stage(section);
  const archive::ArchiveReader archive(stage.capture());
  const std::string section_file = stage.folder.path() + "/section.json";
  std::ofstream(section_file) << json::dump(section);
  stage.destroy(archive);
  std::mt19937 random(static_cast<unsigned>(::getpid()));
  int complete = 0;
  for (int i = 0; i < kKills; ++i) {
    const Child restore(section_file, archive.path());
    const int milliseconds = std::uniform_int_distribution<int>(20, 900)(random);
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    if (!restore.kill()) continue;
    // whole: from the beginning again, so that every kill hits something
    ++complete;
    CHECK(text_of(stage.prove(archive)) == "");
    stage.destroy(archive);
  }
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  CHECK(server.dump({"eb_killed"}) == before);
  CHECK(complete < kKills);
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

TEST_ON_BOTH("a restore killed at twenty moments resumes and ends exact", killed_anywhere)
TEST_ON_BOTH("another archive is refused while a restore is half done", another_target)
