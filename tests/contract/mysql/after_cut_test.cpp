#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <thread>

#include "archive/archive_writer.hpp"
#include "test_stage.hpp"

using namespace mysql_test;

namespace {

constexpr const char* kId = "test-mysql-20260101T000000Z-abcdef";

// A cut that is open while users work.
struct OpenCut {
  explicit OpenCut(const LiveServer& server, const std::string& database)
      : resource(after_cut(server.section({database}))), writer(folder.path(), kId) {}

  static resources::Settings after_cut(json::Value section) {
    auto settings = settings_of(std::move(section));
    settings.after_cut = true;
    return settings;
  }

  void open() { work = resource.open(writer, local.context); }
  void copy() { support::run_work(std::move(work), local.context); }

  Folder folder;
  support::MemoryContext local;
  resources::mysql::MysqlResource resource;
  archive::ArchiveWriter writer;
  std::unique_ptr<resources::Work> work;
};

void make_rows(const LiveServer& server, const std::string& database,
               const std::string& engine = "InnoDB") {
  server.execute("DROP DATABASE IF EXISTS " + database + "; CREATE DATABASE " + database +
                 "; CREATE TABLE " + database + ".t (id INT PRIMARY KEY) ENGINE=" + engine +
                 "; INSERT INTO " + database + ".t VALUES (1), (2), (3)");
}

void ddl_goes_first(const LiveServer& server) {
  make_rows(server, "eb_ddl");
  OpenCut cut(server, "eb_ddl");
  cut.open();
  const auto begun = std::chrono::steady_clock::now();
  server.execute("ALTER TABLE eb_ddl.t ADD COLUMN extra INT DEFAULT 1");
  const auto waited = std::chrono::steady_clock::now() - begun;
  CHECK(waited > std::chrono::seconds(8));
  CHECK(waited < std::chrono::seconds(20));
  std::string message;
  CHECK(code_of([&] { cut.copy(); }, &message) == core::ExitCode::kServiceError);
  CHECK_THAT(message, Catch::Contains("the cut was given up") && Catch::Contains("ALTER TABLE") &&
                          Catch::Contains("migration"));
  server.execute("DROP DATABASE eb_ddl");
}

void other_databases_are_free(const LiveServer& server) {
  make_rows(server, "eb_ours");
  make_rows(server, "eb_theirs");
  OpenCut cut(server, "eb_ours");
  cut.open();
  const auto begun = std::chrono::steady_clock::now();
  server.execute(
      "ALTER TABLE eb_theirs.t ADD COLUMN extra INT; CREATE TABLE eb_ours.later (id INT);"
      "INSERT INTO eb_ours.t VALUES (4); DELETE FROM eb_ours.t WHERE id=1; DROP DATABASE "
      "eb_theirs");
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
  cut.copy();
  server.execute("DROP DATABASE eb_ours");
}

void lost_snapshot_fails(const LiveServer& server) {
  make_rows(server, "eb_lost");
  OpenCut cut(server, "eb_lost");
  cut.open();
  server.execute(
      server.query("SELECT CONCAT('KILL ', ID, ';') FROM information_schema.PROCESSLIST"
                   " WHERE ID<>CONNECTION_ID() AND COMMAND='Sleep'"));
  CHECK(code_of([&] { cut.copy(); }) != core::ExitCode::kOk);
  server.execute("DROP DATABASE eb_lost");
}

void refuses_tables_without_transactions(const LiveServer& server) {
  make_rows(server, "eb_isam_cut", "MyISAM");
  OpenCut cut(server, "eb_isam_cut");
  std::string message;
  CHECK(code_of([&] { cut.open(); }, &message) == core::ExitCode::kPrecondition);
  CHECK_THAT(message, Catch::Contains("eb_isam_cut.t") && Catch::Contains("after_snapshot"));
  bool named = false;
  for (const auto& finding : cut.resource.preflight_backup(cut.local.context).findings)
    named = named || (finding.blocking && finding.hint.find("after_snapshot") != std::string::npos);
  CHECK(named);
  server.execute("DROP DATABASE eb_isam_cut");
}

void waits_ten_seconds_for_the_lock(const LiveServer& server) {
  make_rows(server, "eb_wait");
  OpenCut cut(server, "eb_wait");
  std::thread blocker(
      [&] { code_of([&] { server.execute("LOCK TABLES eb_wait.t WRITE; SELECT SLEEP(41)"); }); });
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  const auto begun = std::chrono::steady_clock::now();
  CHECK(code_of([&] { cut.open(); }) == core::ExitCode::kServiceError);
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(13));
  server.execute(
      server.query("SELECT CONCAT('KILL ', ID, ';') FROM information_schema.PROCESSLIST"
                   " WHERE INFO LIKE 'SELECT SLEEP(41)%' AND ID<>CONNECTION_ID()"));
  blocker.join();
  server.execute("DROP DATABASE eb_wait");
}

// The lock against DDL waits for one that runs already, here behind a session that has its table.
void waits_ten_seconds_for_ddl(const LiveServer& server) {
  make_rows(server, "eb_wait");
  OpenCut cut(server, "eb_wait");
  std::thread blocker([&] {
    code_of(
        [&] { server.execute("START TRANSACTION; SELECT 1 FROM eb_wait.t; SELECT SLEEP(42)"); });
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  std::thread ddl([&] { server.execute("ALTER TABLE eb_wait.t ADD COLUMN extra INT"); });
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  const auto begun = std::chrono::steady_clock::now();
  std::string message;
  CHECK(code_of([&] { cut.open(); }, &message) == core::ExitCode::kServiceError);
  CHECK_THAT(message, Catch::Contains("SELECT SLEEP(42)"));
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(13));
  server.execute(
      server.query("SELECT CONCAT('KILL ', ID, ';') FROM information_schema.PROCESSLIST"
                   " WHERE INFO LIKE 'SELECT SLEEP(42)%' AND ID<>CONNECTION_ID()"));
  blocker.join();
  ddl.join();
  server.execute("DROP DATABASE eb_wait");
}

}  // namespace

TEST_ON_BOTH("users' DDL that waits for the copy ends the copy", ddl_goes_first)
TEST_ON_BOTH("what users do elsewhere waits for no copy", other_databases_are_free)
TEST_ON_BOTH("a copy whose snapshot is gone fails", lost_snapshot_fails)
TEST_ON_BOTH("a table without transactions is refused when users come back after the cut",
             refuses_tables_without_transactions)
TEST_CASE("on MariaDB users wait no longer than ten seconds for the read lock") {
  on_server("MARIADB", waits_ten_seconds_for_the_lock);
}
TEST_CASE("on MySQL 8 users wait no longer than ten seconds for the lock against DDL") {
  on_server("MYSQL8", waits_ten_seconds_for_ddl);
}
