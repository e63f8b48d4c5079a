// What a server puts back in another way than it was, or not at all, unless it is told so.

#include <catch2/catch.hpp>

#include "test_stage.hpp"

using namespace mysql_test;

namespace {

constexpr const char* kCollation =
    "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME='eb_exact'";

void make_database(const LiveServer& server, const std::string& objects) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_exact; CREATE DATABASE eb_exact CHARACTER SET utf8mb4;"
      "USE eb_exact; SET sql_mode='';" +
      objects);
}

void comes_back(const LiveServer& server, const std::string& query) {
  const std::string before = server.query(query);
  const std::string dump = server.dump({"eb_exact"});
  Stage stage(server.section({"eb_exact"}));
  const archive::ArchiveReader archive(stage.capture());
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  CHECK(server.query(query) == before);
  CHECK(server.dump({"eb_exact"}) == dump);
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_exact");
}

void labels_of_three_bytes(const LiveServer& server) {
  make_database(server,
                "CREATE TABLE t (id INT PRIMARY KEY, e ENUM('é','漢字','b') CHARACTER SET utf8mb3,"
                " s SET('é','漢','b') CHARACTER SET utf8mb3);"
                "INSERT INTO t VALUES (1,'é','é,b'),(2,'漢字','漢'),(3,'b',''),(4,NULL,NULL);"
                "INSERT IGNORE INTO t VALUES (5,'nonsense','b')");
  comes_back(server, "SELECT id, e+0, s+0, HEX(e), HEX(s) FROM eb_exact.t ORDER BY id");
}

void expressions_that_warn(const LiveServer& server) {
  const std::string keys = server.is_mariadb() ? "" : ", KEY ((w + 0))";
  make_database(server,
                "CREATE TABLE kept (id INT PRIMARY KEY, w VARCHAR(20), n INT AS (w + 0) STORED,"
                " s TINYINT AS (id * 100) STORED, d DATE AS (CAST(w AS DATE)) STORED,"
                " c CHAR(2) AS (w) STORED, e ENUM('a','b'));"
                "CREATE TABLE seen (id INT PRIMARY KEY, w VARCHAR(20), n INT AS (w + 0) VIRTUAL,"
                " p POINT, KEY (n));"
                "CREATE TABLE keyed (id INT PRIMARY KEY, w VARCHAR(20)" +
                    keys +
                    ");"
                    "INSERT IGNORE INTO kept (id, w, e) VALUES (1,'abc','a'),(2,'5x','lost');"
                    "INSERT INTO seen (id, w, p) VALUES (1,'abc',POINT(1,2)),(2,'5x',NULL);"
                    "INSERT INTO keyed VALUES (1,'abc'),(2,'5x')");
  comes_back(server, "SELECT *, e+0 FROM eb_exact.kept; SELECT id, n FROM eb_exact.seen");
}

// A routine that was made while its database had another collation than now.
void make_routine(const LiveServer& server) {
  make_database(
      server,
      "ALTER DATABASE eb_exact COLLATE utf8mb4_bin; CREATE TABLE t (id INT PRIMARY KEY);"
      "CREATE PROCEDURE p() SELECT 1; ALTER DATABASE eb_exact COLLATE utf8mb4_spanish_ci");
}

void collation_after_a_failure(const LiveServer& server) {
  make_routine(server);
  Stage owner(server.section({"eb_exact"}));
  const archive::ArchiveReader archive(owner.capture());
  owner.destroy(archive);
  const std::string definers = server.is_mariadb() ? "SET USER" : "SET_USER_ID";
  server.execute(
      "DROP USER IF EXISTS eb_poor@'%'; CREATE USER eb_poor@'%' IDENTIFIED BY 'poor'; GRANT ALL ON"
      " `eb\\_exact`.* TO eb_poor@'%'; REVOKE CREATE ROUTINE ON `eb\\_exact`.* FROM eb_poor@'%';"
      "GRANT ALL ON `environment\\_backup%`.* TO eb_poor@'%'; GRANT " +
      definers + " ON *.* TO eb_poor@'%'");
  Stage poor(server.section_over_tcp({"eb_exact"}, "eb_poor", "poor"));
  std::string message;
  CHECK(code_of([&] { poor.restore(archive); }, &message) == core::ExitCode::kServiceError);
  CHECK_THAT(message, Catch::Contains("cannot create procedure eb_exact.p"));
  CHECK(server.query(kCollation) == "utf8mb4_spanish_ci\n");
  owner.restore(archive);
  CHECK(text_of(owner.prove(archive)) == "");
  owner.resource.clean_up(owner.local.context);
  server.execute("DROP USER eb_poor@'%'; DROP DATABASE eb_exact");
}

void collation_after_a_kill(const LiveServer& server) {
  make_routine(server);
  Stage stage(server.section({"eb_exact"}));
  const archive::ArchiveReader archive(stage.capture());
  stage.destroy(archive);
  server.execute("CREATE DATABASE eb_exact CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  CHECK(server.query(kCollation) == "utf8mb4_spanish_ci\n");
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_exact");
}

void sequences(const LiveServer& server) {
  make_database(server,
                "CREATE SEQUENCE before_start START WITH 100 MINVALUE 1 MAXVALUE 1000;"
                "ALTER SEQUENCE before_start RESTART WITH 50;"
                "CREATE SEQUENCE cycled START WITH 4 MINVALUE 1 MAXVALUE 5 CYCLE NOCACHE;"
                "SELECT NEXTVAL(cycled), NEXTVAL(cycled), NEXTVAL(cycled);"
                "CREATE SEQUENCE down START WITH 10 MINVALUE -10 MAXVALUE 50 INCREMENT -7 NOCACHE;"
                "ALTER SEQUENCE down RESTART WITH 20; SELECT NEXTVAL(down);"
                "CREATE SEQUENCE run_out MAXVALUE 2 NOCACHE; SELECT NEXTVAL(run_out),"
                " NEXTVAL(run_out); CREATE SEQUENCE cached; SELECT NEXTVAL(cached)");
  comes_back(server,
             "USE eb_exact; SELECT next_not_cached_value FROM before_start; SELECT"
             " next_not_cached_value FROM cycled; SELECT next_not_cached_value FROM down;"
             "SELECT next_not_cached_value FROM run_out; SELECT next_not_cached_value FROM cached");
}

}  // namespace

TEST_ON_BOTH("labels of the old utf8 come back, whatever their letters", labels_of_three_bytes)
TEST_ON_BOTH("rows come back whose expressions make the server warn", expressions_that_warn)
TEST_ON_BOTH("a routine that cannot be created leaves its database's collation as it was",
             collation_after_a_failure)
TEST_ON_BOTH("a database that a killed restore left in another collation gets its own back",
             collation_after_a_kill)
TEST_CASE("on MariaDB a sequence goes on where it stood, also before its start") {
  on_server("MARIADB", sequences);
}
