#include <algorithm>
#include <sstream>

#include <catch2/catch.hpp>

#include "test_stage.hpp"

using namespace mysql_test;

namespace {

const std::vector<std::string> kDatabases{"eb-athena", "eb_latin"};
constexpr const char* kFloats = "SELECT id, f*1e0, f2*1e0, db FROM `eb-athena`.kinds ORDER BY id";
// What mariadb-dump leaves out or cannot tell apart.
constexpr const char* kMore =
    "SELECT id, e+0 FROM `eb-athena`.invalid_labels ORDER BY id;"
    "SELECT EVENT_NAME, STATUS, DEFINER, SQL_MODE, TIME_ZONE, STARTS, EXECUTE_AT"
    " FROM information_schema.EVENTS WHERE EVENT_SCHEMA LIKE 'eb%' ORDER BY 1;"
    "SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME, ACTION_ORDER FROM information_schema.TRIGGERS"
    " WHERE TRIGGER_SCHEMA LIKE 'eb%' ORDER BY 1, 2";

// MySQL 8 lists a table's triggers in no certain order, and mariadb-dump follows it: the dump is
// compared line by line, sorted, and the triggers' order by ACTION_ORDER above.
std::vector<std::string> sorted_lines(const std::string& dump) {
  std::vector<std::string> lines;
  std::istringstream stream(dump);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> dump_options(const LiveServer& server) {
  if (server.is_mariadb()) return {"--dump-history"};
  return {};
}

void load_features(const LiveServer& server) {
  server.load_fixture("features.sql");
  server.load_fixture(server.fixture());
}

void drop_features(const LiveServer& server) {
  server.execute(
      "SET foreign_key_checks=0; DROP DATABASE IF EXISTS `eb-athena`;"
      " DROP DATABASE IF EXISTS eb_latin");
}

void every_feature(const LiveServer& server) {
  load_features(server);
  const std::string before = server.dump(kDatabases, dump_options(server));
  const std::string more = server.query(kFloats) + server.query(kMore);
  Stage stage(server.section(kDatabases));
  const archive::ArchiveReader archive(stage.capture());
  CHECK(text_of(stage.prove(archive)) == "");
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  CHECK(server.query("SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA LIKE 'eb%'"
                     " AND STATUS='ENABLED'") == "0\n");
  stage.resource.clean_up(stage.local.context);
  const std::string after = server.dump(kDatabases, dump_options(server));
  if (server.is_mariadb()) CHECK(after == before);
  CHECK((sorted_lines(after) == sorted_lines(before)));
  CHECK(server.query(kFloats) + server.query(kMore) == more);
  CHECK(server.query("SHOW DATABASES LIKE 'environment\\_backup%'").empty());
  drop_features(server);
}

void late_keys(const LiveServer& server) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_keys; CREATE DATABASE eb_keys; USE eb_keys;"
      "CREATE TABLE t (n INT NOT NULL AUTO_INCREMENT, a VARCHAR(40), b TEXT, c INT, d INT,"
      " PRIMARY KEY (c, n), UNIQUE KEY n_uq (n), UNIQUE KEY a_uq (a), KEY d_ix (d),"
      " FULLTEXT KEY b_ft (b), FULLTEXT KEY ab_ft (a, b));"
      "CREATE TABLE bare (n INT, b VARCHAR(300), KEY n_ix (n));"
      "INSERT INTO t VALUES (1,UUID(),REPEAT('word other ',20),1,1);");
  for (int i = 0; i < 13; ++i)
    server.execute("INSERT INTO eb_keys.t (a,b,c,d) SELECT UUID(), b, c+1, d+n FROM eb_keys.t");
  server.execute("INSERT INTO eb_keys.bare SELECT d, b FROM eb_keys.t");
  const std::string before = server.dump({"eb_keys"});
  auto section = server.section({"eb_keys"});
  section.set("chunk_bytes", 200000);
  Stage stage(std::move(section));
  const archive::ArchiveReader archive(stage.capture());
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  // a table without a primary key comes back in the order in which it was read
  CHECK(server.dump({"eb_keys"}) == before);
  const auto notes = stage.local.progress.notes;
  CHECK(std::find(notes.begin(), notes.end(), "mysql: added 4 keys to table eb_keys.t") !=
        notes.end());
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_keys");
}

void large_values(const LiveServer& server) {
  std::string columns;
  for (int i = 0; i < 500; ++i) columns += ",c" + std::to_string(i) + " INT DEFAULT 7";
  server.execute(
      "DROP DATABASE IF EXISTS eb_large; CREATE DATABASE eb_large; USE eb_large;"
      "CREATE TABLE wide (id INT PRIMARY KEY" +
      columns +
      "); INSERT INTO wide (id) VALUES (1),(2);"
      "CREATE TABLE blobs (id INT PRIMARY KEY, b LONGBLOB);"
      "INSERT INTO blobs VALUES (1, REPEAT(x'5C0A0900FF414243', 2097152)), (2, 'x')");
  const std::string before = server.query("SELECT id, SHA2(b, 256), LENGTH(b) FROM eb_large.blobs");
  const std::string wide = server.dump({"eb_large"});
  auto section = server.section({"eb_large"});
  section.set("chunk_bytes", 1 << 20);
  Stage stage(std::move(section));
  const archive::ArchiveReader archive(stage.capture());
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  CHECK(server.query("SELECT id, SHA2(b, 256), LENGTH(b) FROM eb_large.blobs") == before);
  CHECK(server.dump({"eb_large"}) == wide);
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_large");
}

void other_databases(const LiveServer& server) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_mine; DROP DATABASE IF EXISTS eb_foreign;"
      "CREATE DATABASE eb_mine; CREATE DATABASE eb_foreign;"
      "CREATE TABLE eb_mine.t (id INT PRIMARY KEY); INSERT INTO eb_mine.t VALUES (1);"
      "CREATE TABLE eb_foreign.t (id INT PRIMARY KEY, m INT, FOREIGN KEY (m) REFERENCES"
      " eb_mine.t (id)); INSERT INTO eb_foreign.t VALUES (5, 1)");
  const std::string foreign = server.dump({"eb_foreign"});
  Stage stage(server.section({"eb_mine"}));
  const archive::ArchiveReader archive(stage.capture());
  server.execute("CREATE TABLE eb_mine.newer (id INT); CREATE VIEW eb_mine.v AS SELECT 1");
  const auto gone = stage.resource.destroy(archive, stage.local.context);
  CHECK(gone == std::vector<std::string>{"table eb_mine.newer", "view eb_mine.v"});
  CHECK(stage.resource.destroy(archive, stage.local.context).empty());  // again: nothing left
  CHECK(server.dump({"eb_foreign"}) == foreign);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  stage.resource.clean_up(stage.local.context);
  CHECK(server.dump({"eb_foreign"}) == foreign);
  server.execute("DROP DATABASE eb_foreign; DROP DATABASE eb_mine");
}

void prove_names(const LiveServer& server) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_prove; CREATE DATABASE eb_prove; USE eb_prove;"
      "CREATE TABLE a (id INT PRIMARY KEY, v INT); INSERT INTO a VALUES (1,1),(2,2);"
      "CREATE TABLE b (id INT PRIMARY KEY, v INT); CREATE TABLE c (id INT); CREATE VIEW w AS"
      " SELECT 1 AS one");
  Stage stage(server.section({"eb_prove"}));
  const archive::ArchiveReader archive(stage.capture());
  stage.destroy(archive);
  stage.restore(archive);
  server.execute(
      "USE eb_prove; UPDATE a SET v=3 WHERE id=2; ALTER TABLE b ADD x INT;"
      "DROP TABLE c; CREATE OR REPLACE VIEW w AS SELECT 2 AS one");
  std::vector<std::string> objects;
  for (const auto& difference : stage.prove(archive)) objects.push_back(difference.object);
  std::sort(objects.begin(), objects.end());
  CHECK(objects == std::vector<std::string>{"table eb_prove.a", "table eb_prove.b",
                                            "table eb_prove.c", "view eb_prove.w"});
  // what differed is struck from the journal: the same restore mends it
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_prove");
}

void replaced_definers(const LiveServer& server) {
  load_features(server);
  auto section = server.section(kDatabases);
  section.set("definer", "replace");
  section.set("replace_definer_with", "root@localhost");
  Stage stage(std::move(section));
  const archive::ArchiveReader archive(stage.capture());
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  stage.resource.clean_up(stage.local.context);
  CHECK(server.query("SELECT DEFINER FROM information_schema.VIEWS WHERE TABLE_SCHEMA='eb-athena'"
                     " AND TABLE_NAME='orphaned'") == "root@localhost\n");
  CHECK(server.query("SELECT DEFINER FROM information_schema.ROUTINES WHERE"
                     " ROUTINE_SCHEMA='eb-athena' AND ROUTINE_NAME='count_up'") ==
        "root@localhost\n");
  drop_features(server);
}

}  // namespace

TEST_ON_BOTH("every feature comes back byte for byte", every_feature)
TEST_ON_BOTH("keys that follow the rows end in the same definition", late_keys)
TEST_ON_BOTH("a 16 MB blob and 500 columns come back", large_values)
TEST_ON_BOTH("destroy leaves other databases alone and lists what goes for good", other_databases)
TEST_ON_BOTH("prove names each difference and the same restore mends it", prove_names)
TEST_ON_BOTH("definers are replaced when that is configured", replaced_definers)
