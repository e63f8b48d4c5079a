#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <thread>

#include "archive/archive_writer.hpp"
#include "resources/mysql/connection.hpp"
#include "test_stage.hpp"

using namespace mysql_test;

namespace {

// Moves money between accounts of two databases, and appends to a journal, until told to stop.
class Writer {
 public:
  explicit Writer(const LiveServer& server) : m_server(server) {
    m_thread = std::thread([this] {
      while (!m_stop) transfer();
    });
  }
  ~Writer() {
    m_stop = true;
    m_thread.join();
  }

 private:
  void transfer() {
    std::string sql;
    for (int i = 0; i < 50; ++i)
      sql += "START TRANSACTION; UPDATE eb_left.account SET v=v-1 WHERE id=1+" +
             std::to_string(i % 40) + "; UPDATE eb_right.account SET v=v+1 WHERE id=1+" +
             std::to_string(i % 37) + "; INSERT INTO eb_left.log VALUES (1); COMMIT;";
    m_server.execute(sql);
  }

  const LiveServer& m_server;
  std::atomic<bool> m_stop{false};
  std::thread m_thread;
};

void make_accounts(const LiveServer& server) {
  for (const std::string name : {"eb_left", "eb_right"}) {
    server.execute("DROP DATABASE IF EXISTS " + name + "; CREATE DATABASE " + name + "; USE " +
                   name +
                   "; CREATE TABLE account (id INT PRIMARY KEY, v INT, pad CHAR(200)"
                   " DEFAULT 'x'); CREATE TABLE log (n INT);"
                   "INSERT INTO account (id, v) VALUES (1, 1000)");
    for (int i = 0; i < 12; ++i)
      server.execute("INSERT INTO " + name + ".account (id, v) SELECT id + " +
                     std::to_string(1 << i) + ", v FROM " + name + ".account");
  }
}

void consistent_under_writes(const LiveServer& server) {
  make_accounts(server);
  const std::string sum =
      "SELECT SUM(v) FROM (SELECT SUM(v) v FROM eb_left.account UNION ALL"
      " SELECT SUM(v) FROM eb_right.account) s";
  const std::string before = server.query(sum);
  Stage stage(server.section({"eb_left", "eb_right"}));
  std::string path;
  {
    const Writer writer(server);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    path = stage.capture();
  }
  const archive::ArchiveReader archive(path);
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  CHECK(server.query(sum) == before);
  // as many log lines as money moved: one moment for every table of both databases
  CHECK(server.query("SELECT COUNT(*) FROM eb_left.log") ==
        server.query("SELECT (SELECT COUNT(*)*1000 FROM eb_left.account) -"
                     " (SELECT SUM(v) FROM eb_left.account)"));
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_left; DROP DATABASE eb_right");
}

void alter_waits(const LiveServer& server) {
  make_accounts(server);
  Stage stage(server.section({"eb_left", "eb_right"}));
  archive::Manifest manifest;
  std::atomic<bool> altered{false};
  const std::string id = "test-mysql-20260101T000000Z-abcdef";
  archive::ArchiveWriter writer(stage.folder.path(), id);
  auto work = stage.resource.open(writer, stage.local.context);
  std::thread alter([&] {
    server.execute("ALTER TABLE eb_left.account ADD COLUMN extra INT DEFAULT 1");
    altered = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  CHECK(!altered);
  archive::ResourceEntry entry;
  entry.name = "mysql";
  entry.detail = support::run_work(std::move(work), stage.local.context);
  alter.join();
  CHECK(altered);
  manifest.backup_id = id;
  manifest.environment = "test-mysql";
  manifest.kind = "backup";
  manifest.created_at = "2026-01-01T00:00:00Z";
  manifest.resources.push_back(std::move(entry));
  const archive::ArchiveReader archive(writer.finish(std::move(manifest)).path);
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_left; DROP DATABASE eb_right");
}

// A snapshot that has not touched a table yet cannot keep it from being altered.
void altered_behind(const LiveServer& server) {
  make_accounts(server);
  core::CancelToken cancel;
  const auto settings =
      resources::mysql::read_settings(support::settings_of(server.section({"eb_left"})));
  resources::mysql::Connection reader(settings, cancel);
  reader.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
  server.execute("ALTER TABLE eb_left.account ADD COLUMN extra INT DEFAULT 1, ALGORITHM=COPY");
  std::string message;
  CHECK(code_of([&] { reader.query("SELECT id FROM eb_left.account"); }, &message) ==
        core::ExitCode::kServiceError);
  CHECK_THAT(message, Catch::Contains("a table was altered while it was read"));
  reader.execute("ROLLBACK");
  server.execute("DROP DATABASE eb_left; DROP DATABASE eb_right");
}

void refuses_non_transactional(const LiveServer& server) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_isam; CREATE DATABASE eb_isam;"
      "CREATE TABLE eb_isam.t (id INT) ENGINE=MyISAM");
  auto section = server.section({"eb_isam"});
  section.set("non_transactional", "refuse");
  Stage stage(std::move(section));
  std::string message;
  CHECK(code_of([&] { stage.capture(); }, &message) == core::ExitCode::kPrecondition);
  CHECK_THAT(message, Catch::Contains("eb_isam.t"));
  bool named = false;
  for (const auto& finding : stage.resource.preflight_backup(stage.local.context).findings)
    named = named || (finding.blocking && finding.message.find("eb_isam.t") != std::string::npos);
  CHECK(named);
  server.execute("DROP DATABASE eb_isam");
}

void names_the_blocker(const LiveServer& server) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_block; CREATE DATABASE eb_block;"
      "CREATE TABLE eb_block.t (id INT) ENGINE=MyISAM; INSERT INTO eb_block.t VALUES (1)");
  Stage stage(server.section({"eb_block"}));
  std::thread blocker([&] {
    // holds the table for writing, which the global read lock waits for
    code_of([&] { server.execute("LOCK TABLES eb_block.t WRITE; SELECT SLEEP(46)"); });
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  std::string message;
  CHECK(code_of([&] { stage.capture(); }, &message) == core::ExitCode::kServiceError);
  CHECK_THAT(message, Catch::Contains("SELECT SLEEP(46)") && Catch::Contains("KILL"));
  server.execute(
      server.query("SELECT CONCAT('KILL ', ID, ';') FROM information_schema.PROCESSLIST"
                   " WHERE INFO LIKE 'SELECT SLEEP(46)%' AND ID<>CONNECTION_ID()"));
  blocker.join();
  server.execute("DROP DATABASE eb_block");
}

}  // namespace

TEST_ON_BOTH("the archive shows one moment while a writer goes on", consistent_under_writes)
TEST_ON_BOTH("an ALTER waits until the backup has read its table", alter_waits)
TEST_ON_BOTH("a table that was altered behind the snapshot is told as such", altered_behind)
TEST_ON_BOTH("a table without transactions is refused by name when so configured",
             refuses_non_transactional)
// half a minute each
TEST_CASE("on MariaDB a session that keeps the read lock out is named") {
  on_server("MARIADB", names_the_blocker);
}
TEST_CASE("on MySQL 8 a session that keeps the read lock out is named", "[long]") {
  on_server("MYSQL8", names_the_blocker);
}
