// Views, routines, triggers and events that servers show otherwise than they took them, or make
// again under certain conditions only.

#include <catch2/catch.hpp>

#include "test_stage.hpp"

using namespace mysql_test;
using core::ExitCode;

namespace {

void make_database(const LiveServer& server, const std::string& objects) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_programs; CREATE DATABASE eb_programs;"
      "USE eb_programs; SET sql_mode='';" +
      objects);
}

std::string events(const LiveServer& server) {
  return server.query(
      "SELECT EVENT_NAME, STATUS, EXECUTE_AT, STARTS, ENDS, CREATED FROM information_schema.EVENTS"
      " WHERE EVENT_SCHEMA='eb_programs' ORDER BY 1");
}

void comes_back(const LiveServer& server) {
  Stage stage(server.section({"eb_programs"}));
  const archive::ArchiveReader archive(stage.capture());
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  stage.resource.clean_up(stage.local.context);
}

// As phpMyAdmin and Flyway do: the statement that follows is in the same packet.
void several_in_a_packet(const LiveServer& server) {
  make_database(server, "CREATE TABLE t (id INT PRIMARY KEY)");
  server.execute(
      "USE eb_programs\nDELIMITER $$\n"
      "CREATE TRIGGER told BEFORE INSERT ON t FOR EACH ROW SET NEW.id = NEW.id + 1; DO 0$$\n"
      "CREATE PROCEDURE p() SELECT 1; DO 0$$\n"
      "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1 ; DO 0$$\n"
      "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO CALL p(); DO 0$$\n");
  comes_back(server);
  server.execute("DROP DATABASE eb_programs");
}

void events_that_are_over(const LiveServer& server) {
  make_database(
      server,
      "SET timestamp=1600000000;"
      "CREATE EVENT once ON SCHEDULE AT '2020-09-14 00:00:00' DO SELECT 1;"
      "CREATE EVENT kept ON SCHEDULE AT '2020-09-14 00:00:00' ON COMPLETION PRESERVE DISABLE DO "
      "SELECT 1;"
      "CREATE EVENT ended ON SCHEDULE EVERY 1 DAY STARTS '2020-09-14 00:00:00' ENDS '2020-09-20 "
      "00:00:00' DISABLE DO SELECT 1");
  const std::string before = events(server);
  comes_back(server);
  CHECK(events(server) == before);
  server.execute("DROP DATABASE eb_programs");
}

void view_of_a_dropped_database(const LiveServer& server) {
  make_database(server,
                "CREATE DATABASE eb_gone; CREATE TABLE eb_gone.t (id INT); CREATE VIEW v AS SELECT "
                "id FROM eb_gone.t WHERE id > 3; CREATE TABLE mine (id INT); CREATE VIEW w AS "
                "SELECT id FROM mine; DROP DATABASE eb_gone");
  Stage stage(server.section({"eb_programs"}));
  const archive::ArchiveReader archive(stage.capture());
  server.execute("CREATE DATABASE eb_gone; CREATE TABLE eb_gone.t (id INT)");
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  CHECK(server.query("SELECT COUNT(*) FROM eb_programs.v") == "0\n");
  CHECK(server.query("SELECT COUNT(*) FROM eb_programs.w") == "0\n");
  server.execute("DROP DATABASE eb_gone");
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  server.execute("DROP DATABASE eb_programs");
}

// What server settings do to a restore by an account without SUPER, seen before anything is
// touched.
std::vector<resources::Finding> findings_of(const LiveServer& server, const std::string& set,
                                            const std::string& put_back) {
  const std::string definers = server.is_mariadb() ? "SET USER" : "SET_USER_ID";
  server.execute(
      "DROP USER IF EXISTS eb_poor@'%'; CREATE USER eb_poor@'%' IDENTIFIED BY 'poor'; GRANT ALL ON"
      " `eb\\_programs`.* TO eb_poor@'%'; GRANT ALL ON `environment\\_backup%`.* TO eb_poor@'%';"
      "GRANT RELOAD, PROCESS, SELECT, " +
      definers + " ON *.* TO eb_poor@'%'");
  Stage owner(server.section({"eb_programs"}));
  const archive::ArchiveReader archive(owner.capture());
  Stage poor(server.section_over_tcp({"eb_programs"}, "eb_poor", "poor"));
  server.execute(set);
  const auto report = poor.resource.preflight_restore(archive, poor.local.context);
  server.execute(put_back + "; DROP USER eb_poor@'%'; DROP DATABASE eb_programs");
  return report.findings;
}

std::string blocking(const std::vector<resources::Finding>& findings) {
  std::string text;
  for (const auto& finding : findings)
    if (finding.blocking) text += finding.message + " hint: " + finding.hint + "\n";
  return text;
}

void logged_programs(const LiveServer& server) {
  if (server.query("SELECT @@GLOBAL.log_bin") == "0\n") return;  // as MariaDB is shipped
  make_database(server,
                "CREATE TABLE t (id INT PRIMARY KEY); CREATE TRIGGER told BEFORE INSERT ON t FOR "
                "EACH ROW SET NEW.id = NEW.id + 1");
  const auto text = blocking(findings_of(server, "SET GLOBAL log_bin_trust_function_creators=0",
                                         "SET GLOBAL log_bin_trust_function_creators=1"));
  CHECK_THAT(text, Catch::Contains("trigger eb_programs.told") &&
                       Catch::Contains("SET GLOBAL log_bin_trust_function_creators=1"));
}

void read_only_server(const LiveServer& server) {
  make_database(server, "CREATE TABLE t (id INT PRIMARY KEY)");
  const auto text =
      blocking(findings_of(server, "SET GLOBAL read_only=1", "SET GLOBAL read_only=0"));
  CHECK_THAT(text, Catch::Contains("the server is read_only"));
}

void super_read_only_server(const LiveServer& server) {
  make_database(server, "CREATE TABLE t (id INT PRIMARY KEY)");
  const auto text = blocking(findings_of(server, "SET GLOBAL super_read_only=1",
                                         "SET GLOBAL super_read_only=0; SET GLOBAL read_only=0"));
  CHECK_THAT(text, Catch::Contains("the server is super_read_only"));
}

void odd_tables(const LiveServer& server) {
  make_database(server,
                "CREATE TABLE kept (g INT AS (1+1) STORED); INSERT INTO kept VALUES (DEFAULT), "
                "(DEFAULT); CREATE TABLE seen (g INT AS (1+1) VIRTUAL); INSERT INTO seen VALUES "
                "(DEFAULT), (DEFAULT), (DEFAULT);" +
                    std::string(server.is_mariadb() ? ""
                                                    : "CREATE TABLE old (id INT) "
                                                      "ENGINE=ARCHIVE; INSERT INTO old "
                                                      "VALUES (1), (2);"));
  const std::string dump = server.dump({"eb_programs"});
  comes_back(server);
  CHECK(server.dump({"eb_programs"}) == dump);
  CHECK(server.query("SELECT COUNT(*) FROM eb_programs.kept") == "2\n");
  CHECK(server.query("SELECT COUNT(*) FROM eb_programs.seen") == "3\n");
  server.execute("DROP DATABASE eb_programs");
}

void column_named_star(const LiveServer& server) {
  make_database(server, "CREATE TABLE t (id INT, `*` INT); INSERT INTO t VALUES (1, 5)");
  std::string message;
  Stage stage(server.section({"eb_programs"}));
  const auto findings = blocking(stage.resource.preflight_backup(stage.local.context).findings);
  const auto code = code_of([&] { stage.capture(); }, &message);
  if (server.is_mariadb()) {
    CHECK(code == ExitCode::kOk);
    CHECK(findings.empty());
    comes_back(server);
  } else {
    CHECK(code == ExitCode::kPrecondition);
    CHECK_THAT(message, Catch::Contains("eb_programs.t has a column named *"));
    CHECK_THAT(findings, Catch::Contains("eb_programs.t has a column named *"));
  }
  server.execute("DROP DATABASE eb_programs");
}

}  // namespace

TEST_ON_BOTH("programs come back that were sent with other statements in one packet",
             several_in_a_packet)
TEST_ON_BOTH("events that are over come back as they were", events_that_are_over)
TEST_ON_BOTH("a view of a dropped database does not keep a backup from being made",
             view_of_a_dropped_database)
TEST_ON_BOTH("functions and triggers that a binary log forbids are refused before anything goes",
             logged_programs)
TEST_ON_BOTH("a server that is read-only is refused before anything goes", read_only_server)
TEST_CASE("on MySQL 8 a server that is super_read_only is refused before anything goes") {
  on_server("MYSQL8", super_read_only_server);
}
TEST_ON_BOTH("tables without columns of their own, and tables that cannot be emptied, come back",
             odd_tables)
TEST_ON_BOTH("a column named * is read right or refused", column_named_star)
