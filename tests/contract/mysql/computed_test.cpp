// What a server makes of rows by itself: generated columns, counters, the numbers of labels.

#include <atomic>
#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "core/unique_fd.hpp"
#include "test_stage.hpp"

using namespace mysql_test;

namespace {

void make_database(const LiveServer& server, const std::string& objects) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_computed; CREATE DATABASE eb_computed CHARACTER SET utf8mb4;"
      "USE eb_computed; SET sql_mode='NO_AUTO_VALUE_ON_ZERO';" +
      objects);
}

void comes_back(const LiveServer& server, const std::string& query) {
  const std::string before = server.query(query);
  const std::string dump = server.dump({"eb_computed"});
  Stage stage(server.section({"eb_computed"}));
  const archive::ArchiveReader archive(stage.capture());
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  CHECK(server.query(query) == before);
  CHECK(server.dump({"eb_computed"}) == dump);
  stage.resource.clean_up(stage.local.context);
}

std::string zoned_tables(const LiveServer& server) {
  std::string sql =
      "CREATE TABLE kept (id INT PRIMARY KEY, ts TIMESTAMP NULL, u INT, d DATE AS (DATE(ts)) "
      "STORED,"
      " KEY (d));"
      "CREATE TABLE keyed (id INT PRIMARY KEY, ts TIMESTAMP NULL, d DATE AS (DATE(ts)) VIRTUAL, "
      "KEY (d)";
  sql += server.is_mariadb() ? ");" : ", KEY k ((HOUR(ts))));";
  if (!server.is_mariadb())
    sql +=
        "CREATE TABLE unixed (id INT PRIMARY KEY, u INT, d DATETIME AS (FROM_UNIXTIME(u)) STORED);"
        "INSERT INTO unixed (id, u) VALUES (1, 1750000000), (2, 1750012345);";
  return sql +
         "INSERT INTO kept (id, ts) VALUES (1,'2026-01-01 03:00:00'),(2,'2026-01-02 02:00:00');"
         "INSERT INTO keyed (id, ts) VALUES (1,'2026-01-01 03:00:00'),(2,'2026-01-02 02:00:00')";
}

void computed_in_a_zone(const LiveServer& server) {
  server.execute("SET GLOBAL time_zone='+05:30'");
  make_database(server, "SET time_zone='+05:30';" + zoned_tables(server));
  const std::string found =
      "SET time_zone='+05:30'; SELECT id, d FROM eb_computed.kept ORDER BY id;"
      "SELECT id FROM eb_computed.keyed FORCE INDEX (d) WHERE d='2026-01-01';"
      "SELECT id FROM eb_computed.keyed FORCE INDEX (d) WHERE d='2026-01-02'";
  comes_back(server, server.is_mariadb()
                         ? found
                         : found + "; SELECT id, d FROM eb_computed.unixed ORDER BY id");
  server.execute("SET GLOBAL time_zone='SYSTEM'; DROP DATABASE eb_computed");
}

void computed_otherwise(const LiveServer& server) {
  make_database(server, zoned_tables(server));
  Stage stage(server.section({"eb_computed"}));
  const archive::ArchiveReader archive(stage.capture());
  server.execute("SET time_zone='-08:00'; ALTER TABLE eb_computed.kept FORCE, ALGORITHM=COPY");
  const auto differences = text_of(stage.prove(archive));
  CHECK_THAT(differences, Catch::Contains("table eb_computed.kept: expected generated columns d"));
  server.execute("DROP DATABASE eb_computed");
}

void counters(const LiveServer& server) {
  std::string sql;
  for (const std::string engine : {"InnoDB", "MyISAM", "MEMORY"}) {
    sql += "CREATE TABLE t_" + engine +
           " (id INT AUTO_INCREMENT PRIMARY KEY, v INT) ENGINE=" + engine + "; INSERT INTO t_" +
           engine + " (v) VALUES (1),(2),(3); DELETE FROM t_" + engine +
           " WHERE id=3; CREATE TABLE e_" + engine +
           " (id INT AUTO_INCREMENT PRIMARY KEY, v INT) AUTO_INCREMENT=7000 ENGINE=" + engine + ";";
  }
  if (server.is_mariadb())
    sql +=
        "CREATE TABLE t_aria (id INT AUTO_INCREMENT PRIMARY KEY, v INT) ENGINE=Aria; INSERT INTO"
        " t_aria (v) VALUES (1),(2),(3); DELETE FROM t_aria WHERE id=3;";
  make_database(server, sql);
  comes_back(server, "SELECT 1");
  server.execute("DROP DATABASE eb_computed");
}

// What InnoDB reads when the server starts: 8 bytes at offset 56 of the file's fourth page.
std::uint64_t stored_counter(const LiveServer& server, const std::string& table) {
  server.execute("FLUSH TABLES eb_computed." + table + " FOR EXPORT");
  auto folder = server.query("SELECT @@datadir");
  folder.pop_back();
  const std::string file = core::read_file(folder + "eb_computed/" + table + ".ibd");
  const auto page = std::stoul(server.query("SELECT @@innodb_page_size"));
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i)
    number = number << 8 | static_cast<unsigned char>(file.at(3 * page + 56 + i));
  return number;
}

// As a server does that goes down; true once it has met a load.
bool end_a_load(const LiveServer& server) {
  const auto kill = server.query(
      "SELECT CONCAT('KILL ', ID, ';') FROM information_schema.PROCESSLIST WHERE INFO LIKE 'LOAD "
      "DATA%' AND ID<>CONNECTION_ID()");
  if (!kill.empty()) code_of([&] { server.execute(kill); });
  return !kill.empty();
}

void counter_after_an_undone_load(const LiveServer& server) {
  make_database(server,
                "CREATE TABLE big (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(200));"
                "INSERT INTO big SELECT seq, REPEAT('x', 150) FROM seq_1_to_60000;"
                "ALTER TABLE big AUTO_INCREMENT=70000");
  auto section = server.section({"eb_computed"});
  section.set("chunk_bytes", 32 << 20);  // one load
  Stage stage(section);
  const archive::ArchiveReader archive(stage.capture());
  bool undone = false;
  for (int attempt = 0; attempt < 10 && !undone; ++attempt) {
    stage.local.context.journal.clear("mysql");
    stage.destroy(archive);
    std::atomic<bool> ended{false};
    std::thread restore([&] {
      undone = code_of([&] { stage.restore(archive); }) != core::ExitCode::kOk;
      ended = true;
    });
    while (!ended && !end_a_load(server)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    restore.join();
  }
  REQUIRE(undone);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  // the last number given, not the next one
  CHECK(stored_counter(server, "big") == 69999);
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_computed");
}

void labels(const LiveServer& server) {
  make_database(
      server,
      "SET sql_mode='';"
      "CREATE TABLE t (id INT PRIMARY KEY, e ENUM('a','','b'), s SET('x','y','z'), UNIQUE (e, id));"
      "INSERT INTO t VALUES (1,'a','x,z'),(2,'',''),(4,NULL,NULL),(5,'b','y');"
      "INSERT IGNORE INTO t VALUES (3,'nonsense','y,nonsense');"
      "CREATE TABLE cased (e ENUM('no','No','nó') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, s "
      "SET('on','On') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin);"
      "INSERT INTO cased VALUES ('no','on'),('No','On'),('nó','on,On');"
      "CREATE TABLE wide (s SET('a0','a1','a2','a3','a4','a5','a6','a7','a8','a9','b0','b1','b2',"
      "'b3','b4','b5','b6','b7','b8','b9','c0','c1','c2','c3','c4','c5','c6','c7','c8','c9','d0',"
      "'d1','d2','d3','d4','d5','d6','d7','d8','d9','e0','e1','e2','e3','e4','e5','e6','e7','e8',"
      "'e9','f0','f1','f2','f3','f4','f5','f6','f7','f8','f9','g0','g1','g2','g3'));"
      "INSERT INTO wide VALUES ('a0,g3'),('g2,g3'),('')");
  comes_back(server,
             "SELECT id, e+0, s+0 FROM eb_computed.t ORDER BY id; SELECT e+0, s+0, HEX(e), HEX(s)"
             " FROM eb_computed.cased ORDER BY 1; SELECT HEX(CAST(s AS UNSIGNED)) FROM"
             " eb_computed.wide");
  server.execute("DROP DATABASE eb_computed");
}

}  // namespace

TEST_ON_BOTH("generated columns come back as the server's time zone had computed them",
             computed_in_a_zone)
TEST_ON_BOTH("a generated column with another value is a difference", computed_otherwise)
TEST_ON_BOTH("a table counts on where it stood, also when its newest row is gone", counters)
TEST_ON_BOTH("labels come back by number: empty, never valid, or equal but for their case", labels)
TEST_CASE(
    "on MariaDB a table counts on where it stood after a load was undone and the server restarts") {
  on_server("MARIADB", counter_after_an_undone_load);
}
