// What other tools lose without a word: broken views, earlier rows of versioned tables, definers.

#include <algorithm>

#include <catch2/catch.hpp>

#include "core/unique_fd.hpp"
#include "test_stage.hpp"

using namespace mysql_test;

namespace {

// Messages and hints of all findings of one kind, one a line.
std::string findings_of(const resources::PreflightReport& report, bool blocking) {
  std::string text;
  for (const auto& finding : report.findings)
    if (finding.blocking == blocking) text += finding.message + " hint: " + finding.hint + "\n";
  return text;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

void broken_views(const LiveServer& server) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_views; CREATE DATABASE eb_views; USE eb_views;"
      "CREATE TABLE t (id INT, v INT); CREATE TABLE u (id INT, w INT);"
      "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1;"
      "CREATE VIEW no_table AS SELECT t.id, t.v FROM t; CREATE VIEW no_column AS SELECT w FROM u;"
      "CREATE VIEW no_function AS SELECT f() AS n; CREATE VIEW above AS SELECT id FROM no_table;"
      "CREATE DEFINER=`no body`@`%` VIEW no_definer AS SELECT id FROM u;"
      "CREATE VIEW whole AS SELECT id FROM u; DROP TABLE t; DROP FUNCTION f; ALTER TABLE u DROP w");
  const std::string whole = "SHOW CREATE VIEW eb_views.whole; SHOW CREATE VIEW eb_views.no_definer";
  const std::string before = server.query(whole);
  Stage stage(server.section({"eb_views"}));
  const auto report = stage.resource.preflight_backup(stage.local.context);
  CHECK(findings_of(report, true).empty());
  const archive::ArchiveReader archive(stage.capture());
  const std::string planned =
      findings_of(stage.resource.preflight_restore(archive, stage.local.context), false);
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)).empty());
  const std::string told = joined(stage.local.progress.notes);
  const std::string kept = archive.read(*archive.manifest().members_of("mysql").at(0));
  for (const std::string name : {"no_table", "no_column", "no_function", "above"}) {
    CAPTURE(name);
    CHECK_THAT(findings_of(report, false), Catch::Contains("view eb_views." + name + " is broken"));
    CHECK_THAT(planned, Catch::Contains("view eb_views." + name + " was broken"));
    CHECK_THAT(told, Catch::Contains("view eb_views." + name + " was broken"));
    CHECK_THAT(kept, Catch::Contains("VIEW `" + name + "` AS select"));
  }
  CHECK(server.query("SELECT TABLE_NAME FROM information_schema.VIEWS WHERE"
                     " TABLE_SCHEMA='eb_views' ORDER BY 1") == "no_definer\nwhole\n");
  CHECK(server.query(whole) == before);
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_views");
}

// Broken by something outside of the archive that is back by the time of the restore.
void mended_views(const LiveServer& server) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_views; DROP DATABASE IF EXISTS eb_beside;"
      "CREATE DATABASE eb_beside; CREATE TABLE eb_beside.t (id INT); CREATE DATABASE eb_views;"
      "CREATE VIEW eb_views.outward AS SELECT id FROM eb_beside.t; DROP TABLE eb_beside.t");
  Stage stage(server.section({"eb_views"}));
  const archive::ArchiveReader archive(stage.capture());
  server.execute("CREATE TABLE eb_beside.t (id INT)");
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(server.query("SELECT COUNT(*) FROM eb_views.outward") == "0\n");
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_views; DROP DATABASE eb_beside");
}

void missing_definers(const LiveServer& server) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_definer; CREATE DATABASE eb_definer; USE eb_definer;"
      "DROP USER IF EXISTS eb_gone@'10.0.0.%'; CREATE USER eb_gone@'10.0.0.%'; CREATE TABLE t (id "
      "INT);"
      "CREATE DEFINER=eb_gone@'10.0.0.%' TRIGGER t_bi BEFORE INSERT ON t FOR EACH ROW SET @a = 1;"
      "CREATE DEFINER=eb_gone@'10.0.0.%' PROCEDURE p() SELECT 1");
  auto section = server.section({"eb_definer"});
  Stage stage(section);
  const archive::ArchiveReader archive(stage.capture());
  const std::string warned = "account eb_gone@10.0.0.%, definer of ";
  const auto warnings = [&](Stage& from) {
    return findings_of(from.resource.preflight_restore(archive, from.local.context), false);
  };
  CHECK_THAT(warnings(stage), !Catch::Contains(warned));
  server.execute("DROP USER eb_gone@'10.0.0.%'");
  CHECK_THAT(warnings(stage), Catch::Contains(warned));
  section.set("definer", "replace");
  section.set("replace_definer_with", "root@localhost");
  Stage replacing(section);
  CHECK_THAT(warnings(replacing), !Catch::Contains(warned));
  server.execute("DROP DATABASE eb_definer");
}

void unrestorable_history(const LiveServer& server) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_history; CREATE DATABASE eb_history; USE eb_history;"
      "CREATE TABLE counted (id INT PRIMARY KEY, v INT, s BIGINT UNSIGNED GENERATED ALWAYS AS ROW"
      " START, e BIGINT UNSIGNED GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (s, e)) WITH"
      " SYSTEM VERSIONING ENGINE=InnoDB; INSERT INTO counted (id, v) VALUES (1, 1), (2, 2)");
  Stage stage(server.section({"eb_history"}));
  const auto blocking = [&] {
    return findings_of(stage.resource.preflight_backup(stage.local.context), true);
  };
  CHECK(blocking().empty());
  server.execute("DELETE FROM eb_history.counted WHERE id=2");
  CHECK_THAT(blocking(), Catch::Contains("table eb_history.counted keeps 1 earlier rows"));
  server.execute("DELETE HISTORY FROM eb_history.counted");
  CHECK(blocking().empty());
  const archive::ArchiveReader archive(stage.capture());
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)).empty());
  CHECK(server.query("SELECT id, v FROM eb_history.counted") == "1\t1\n");
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_history");
}

}  // namespace

TEST_ON_BOTH("a broken view is named, its definition kept, and nothing else held up", broken_views)
TEST_ON_BOTH("a view that was broken comes back where what it names is there", mended_views)
TEST_ON_BOTH("a definer that has no account is named before a restore", missing_definers)
TEST_CASE("on MariaDB history that no server takes back is refused by name") {
  on_server("MARIADB", unrestorable_history);
}
