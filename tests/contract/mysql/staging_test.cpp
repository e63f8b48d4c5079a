// A restore that touches nothing live before its replacement is proved beside it.

#include <algorithm>
#include <sstream>

#include <catch2/catch.hpp>

#include "test_stage.hpp"

using namespace mysql_test;

namespace {

const std::vector<std::string> kDatabases{"eb-athena", "eb_latin"};

std::string sorted(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  std::string joined;
  for (const auto& line : lines) joined += line + "\n";
  return joined;
}

// Everything that an independent client sees of the databases; MySQL 8 lists triggers in no certain
// order.
std::string seen(const LiveServer& server, const std::vector<std::string>& databases) {
  std::vector<std::string> options;
  if (server.is_mariadb()) options = {"--dump-history"};
  return sorted(server.dump(databases, options)) +
         server.query(
             "SELECT EVENT_SCHEMA, EVENT_NAME, STATUS, DEFINER, SQL_MODE, TIME_ZONE, STARTS, "
             "EXECUTE_AT FROM information_schema.EVENTS WHERE EVENT_SCHEMA LIKE 'eb\\_latin' OR "
             "EVENT_SCHEMA LIKE 'eb-%' ORDER BY 1, 2");
}

std::string scratch(const LiveServer& server) {
  return server.query("SHOW DATABASES LIKE 'eb\\_staged%'") +
         server.query("SHOW DATABASES LIKE 'eb\\_aside%'") +
         server.query("SHOW DATABASES LIKE 'environment\\_backup%'");
}

void drop_features(const LiveServer& server) {
  server.execute(
      "SET foreign_key_checks=0; DROP DATABASE IF EXISTS `eb-athena`;"
      " DROP DATABASE IF EXISTS eb_latin");
}

void load_features(const LiveServer& server) {
  drop_features(server);
  server.load_fixture("features.sql");
  server.load_fixture(server.fixture());
}

// What somebody did by mistake after the archive was made.
void damage(const LiveServer& server) {
  server.execute(
      "SET foreign_key_checks=0; CREATE TABLE `eb-athena`.stray (id INT PRIMARY KEY, v INT);"
      "INSERT INTO `eb-athena`.stray VALUES (1, 2); CREATE VIEW `eb-athena`.stray_view AS SELECT "
      "id "
      "FROM `eb-athena`.stray; DROP DATABASE eb_latin; CREATE DATABASE eb_latin;"
      "CREATE TABLE eb_latin.other (id INT); CREATE TRIGGER eb_latin.t_other BEFORE INSERT ON "
      "eb_latin.other FOR EACH ROW SET NEW.id = 7; CREATE EVENT eb_latin.e_other ON SCHEDULE EVERY "
      "1 "
      "DAY DO SELECT 1");
}

// The archive of the good state, a damaged live state and the archive that saves it.
struct Damaged {
  explicit Damaged(const LiveServer& on)
      : server(on), stage(prepared(on)), target(stage.capture()) {
    good = seen(server, kDatabases);
    damage(server);
    safety.emplace(stage.capture());
    bad = seen(server, kDatabases);
  }
  ~Damaged() {
    drop_features(server);
    for (const char* schema :
         {"eb_staged_test-environment_eb-athena", "eb_staged_test-environment_eb_latin",
          "eb_aside_test-environment_eb-athena", "eb_aside_test-environment_eb_latin"})
      server.execute(std::string("SET foreign_key_checks=0; DROP DATABASE IF EXISTS `") + schema +
                     "`; DROP DATABASE IF EXISTS environment_backup_test_environment");
  }
  static json::Value prepared(const LiveServer& server) {
    load_features(server);
    return server.section(kDatabases);
  }

  const LiveServer& server;
  Stage stage;
  archive::ArchiveReader target;
  std::optional<archive::ArchiveReader> safety;
  std::string good;
  std::string bad;
};

void stages_and_moves(const LiveServer& server) {
  Damaged at(server);
  const auto plan = at.stage.resource.plan_staging(at.target, at.stage.local.context);
  CHECK(plan.staged_parts > 10);
  CHECK(text_of(at.stage.stage(at.target)) == "");
  CHECK(seen(server, kDatabases) == at.bad);
  CHECK(at.stage.resource.list_beside(at.stage.local.context).size() == 2);

  at.stage.move(at.target, *at.safety);
  CHECK(text_of(at.stage.prove(at.target)) == "");
  at.stage.resource.clean_up(at.stage.local.context);
  CHECK(seen(server, kDatabases) == at.good);
  CHECK(at.stage.resource.list_beside(at.stage.local.context).size() == 2);

  at.stage.resource.unstage(at.stage.local.context);
  at.stage.resource.drop_aside(at.stage.local.context);
  CHECK(scratch(server).empty());
  CHECK(seen(server, kDatabases) == at.good);
}

void moves_back(const LiveServer& server) {
  Damaged at(server);
  CHECK(text_of(at.stage.stage(at.target)) == "");
  at.stage.move(at.target, *at.safety);
  CHECK(text_of(at.stage.prove(at.target)) == "");
  for (int again = 0; again < 2; ++again) {
    at.stage.move_back(*at.safety);
    CHECK(text_of(at.stage.prove(*at.safety)) == "");
  }
  at.stage.resource.clean_up(at.stage.local.context);
  CHECK(seen(server, kDatabases) == at.bad);
  at.stage.resource.unstage(at.stage.local.context);
  at.stage.resource.drop_aside(at.stage.local.context);
  CHECK(scratch(server).empty());
}

// The step ends at each record of the move in turn; the next run finishes, or goes back.
void ends_at_each_record(const LiveServer& server, bool goes_back) {
  for (int record = 0;; ++record) {
    CAPTURE(record);
    Damaged at(server);
    REQUIRE(text_of(at.stage.stage(at.target)).empty());
    at.stage.local.moves.records_until_failure = record;
    const bool ended = support::code_of([&] { at.stage.move(at.target, *at.safety); }) ==
                       core::ExitCode::kInternal;
    at.stage.local.moves.records_until_failure = -1;
    if (goes_back) {
      at.stage.move_back(*at.safety);
      if (ended) CHECK(text_of(at.stage.prove(*at.safety)) == "");
      at.stage.resource.clean_up(at.stage.local.context);
      CHECK(seen(server, kDatabases) == at.bad);
    } else if (ended) {
      at.stage.move(at.target, *at.safety);
      CHECK(text_of(at.stage.prove(at.target)) == "");
      at.stage.resource.clean_up(at.stage.local.context);
      CHECK(seen(server, kDatabases) == at.good);
    }
    if (!ended) break;
  }
}

void a_second_stage_after_a_failed_proof(const LiveServer& server) {
  Damaged at(server);
  REQUIRE(text_of(at.stage.stage(at.target)).empty());
  at.stage.move(at.target, *at.safety);
  server.execute("SET foreign_key_checks=0; DROP TABLE `eb-athena`.kinds");
  CHECK(!text_of(at.stage.prove(at.target)).empty());
  at.stage.resource.unstage(at.stage.local.context);
  auto beside = at.stage.local.moves.beside("mysql");
  CHECK(text_of(at.stage.stage(at.target)) == "");
  auto staged = at.stage.local.moves.beside("mysql");
  staged.aside_archive = beside.aside_archive;
  at.stage.local.moves.set_beside("mysql", staged);
  at.stage.destroy(at.target);
  at.stage.restore(at.target);
  CHECK(text_of(at.stage.prove(at.target)) == "");
  // what is aside is still the last state that was live
  at.stage.move_back(*at.safety);
  at.stage.resource.clean_up(at.stage.local.context);
  CHECK(seen(server, kDatabases) == at.bad);
}

void a_writer_is_noticed(const LiveServer& server) {
  Damaged at(server);
  REQUIRE(text_of(at.stage.stage(at.target)).empty());
  server.execute("INSERT INTO `eb-athena`.stray VALUES (2, 3)");
  std::string message;
  CHECK(code_of([&] { at.stage.move(at.target, *at.safety); }, &message) ==
        core::ExitCode::kPrecondition);
  CHECK_THAT(message, Catch::Contains("table eb-athena.stray has 2 rows now"));
  server.execute("DELETE FROM `eb-athena`.stray WHERE id=2; UPDATE `eb-athena`.stray SET v=9");
  CHECK(code_of([&] { at.stage.move(at.target, *at.safety); }, &message) ==
        core::ExitCode::kPrecondition);
  CHECK_THAT(message, Catch::Contains("table eb-athena.stray has changed"));
  server.execute("UPDATE `eb-athena`.stray SET v=2; ALTER TABLE eb_latin.other ADD c INT");
  CHECK(code_of([&] { at.stage.move(at.target, *at.safety); }, &message) ==
        core::ExitCode::kPrecondition);
  CHECK_THAT(message, Catch::Contains("table eb_latin.other has changed"));
}

void goes_back_at_each_record(const LiveServer& server) {
  ends_at_each_record(server, true);
}
void goes_on_at_each_record(const LiveServer& server) {
  ends_at_each_record(server, false);
}

// A table of a database outside of the archive refers to one inside.
void an_outside_child(const LiveServer& server) {
  server.execute(
      "SET foreign_key_checks=0; DROP DATABASE IF EXISTS eb_inner; DROP DATABASE IF EXISTS "
      "eb_outer;"
      "SET foreign_key_checks=1; CREATE DATABASE eb_inner; CREATE DATABASE eb_outer;"
      "CREATE TABLE eb_outer.region (id INT PRIMARY KEY); INSERT INTO eb_outer.region VALUES "
      "(1),(2);"
      "CREATE TABLE eb_inner.parent (id INT PRIMARY KEY, region INT, CONSTRAINT to_region FOREIGN "
      "KEY "
      "(region) REFERENCES eb_outer.region (id)); INSERT INTO eb_inner.parent VALUES (1,1),(2,2);"
      "CREATE TABLE eb_inner.child (id INT PRIMARY KEY, p INT, CONSTRAINT to_parent FOREIGN KEY "
      "(p) "
      "REFERENCES eb_inner.parent (id) ON DELETE CASCADE); INSERT INTO eb_inner.child VALUES (1,1);"
      "CREATE TABLE eb_inner.far (id INT PRIMARY KEY, r INT, CONSTRAINT far_to_region FOREIGN KEY "
      "(r) "
      "REFERENCES eb_outer.region (id)); INSERT INTO eb_inner.far VALUES (1,1);"
      "CREATE TABLE eb_outer.visit (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES "
      "eb_inner.parent (id)); INSERT INTO eb_outer.visit VALUES (1,2)");
  const std::string good = server.dump({"eb_inner", "eb_outer"});
  Stage stage(server.section({"eb_inner"}));
  const archive::ArchiveReader target(stage.capture());
  server.execute("INSERT INTO eb_inner.parent VALUES (3,1); DELETE FROM eb_inner.child");
  const archive::ArchiveReader safety(stage.capture());
  const std::string bad = server.dump({"eb_inner", "eb_outer"});

  const auto plan = stage.resource.plan_staging(target, stage.local.context);
  REQUIRE(plan.in_place.size() == 1);
  CHECK(plan.in_place[0].part == "table eb_inner.parent");
  CHECK_THAT(plan.in_place[0].reason, Catch::Contains("another database refers to it"));
  CHECK(text_of(stage.stage(target)).empty());
  CHECK(server.dump({"eb_inner", "eb_outer"}) == bad);
  // users may still change what a staged table would refer to
  server.execute("INSERT INTO eb_outer.region VALUES (9); DELETE FROM eb_outer.region WHERE id=9");
  stage.move(target, safety);
  CHECK(text_of(stage.prove(target)).empty());
  CHECK(server.dump({"eb_inner", "eb_outer"}) == good);
  // nor does what is aside forbid them to
  server.execute(
      "INSERT INTO eb_outer.region VALUES (9); DELETE FROM eb_outer.region WHERE id=9;"
      "UPDATE eb_inner.far SET r=2; UPDATE eb_inner.parent SET region=2;"
      "DELETE FROM eb_outer.region WHERE id=1;"
      "INSERT INTO eb_outer.region VALUES (1); UPDATE eb_inner.far SET r=1;"
      "UPDATE eb_inner.parent SET region=1 WHERE id=1");
  stage.move_back(safety);
  CHECK(text_of(stage.prove(safety)).empty());
  CHECK(server.dump({"eb_inner", "eb_outer"}) == bad);
  stage.resource.clean_up(stage.local.context);
  stage.resource.unstage(stage.local.context);
  stage.resource.drop_aside(stage.local.context);
  server.execute("SET foreign_key_checks=0; DROP DATABASE eb_inner; DROP DATABASE eb_outer");
}

void grants_and_numbers(const LiveServer& server) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_grants; CREATE DATABASE eb_grants; USE eb_grants;"
      "DROP USER IF EXISTS 'eb reader'@localhost; CREATE USER 'eb reader'@localhost IDENTIFIED BY "
      "'x';"
      "CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v INT) AUTO_INCREMENT=500;"
      "INSERT INTO t (v) VALUES (1); DELETE FROM t; INSERT INTO t (v) VALUES (2);"
      "CREATE FUNCTION same() RETURNS INT DETERMINISTIC RETURN 1;"
      "CREATE FUNCTION other() RETURNS INT DETERMINISTIC RETURN 1;"
      "GRANT EXECUTE ON FUNCTION eb_grants.same TO 'eb reader'@localhost;"
      "GRANT EXECUTE ON FUNCTION eb_grants.other TO 'eb reader'@localhost;"
      "GRANT SELECT (v) ON eb_grants.t TO 'eb reader'@localhost");
  const std::string grants = "SHOW GRANTS FOR 'eb reader'@localhost";
  const std::string before = sorted(server.query(grants));
  Stage stage(server.section({"eb_grants"}));
  const archive::ArchiveReader target(stage.capture());
  server.execute(
      "USE eb_grants; DROP FUNCTION other; INSERT INTO t (v) VALUES (8);"
      "CREATE FUNCTION other() RETURNS INT DETERMINISTIC RETURN 2;"
      "GRANT EXECUTE ON FUNCTION eb_grants.other TO 'eb reader'@localhost");
  const archive::ArchiveReader safety(stage.capture());
  CHECK(text_of(stage.stage(target)).empty());
  stage.move(target, safety);
  CHECK(text_of(stage.prove(target)).empty());
  CHECK(sorted(server.query(grants)) == before);
  CHECK(server.query("SELECT eb_grants.other()") == "1\n");
  CHECK(server.query(
            "INSERT INTO eb_grants.t (v) VALUES (3); SELECT id FROM eb_grants.t WHERE v=3") ==
        "502\n");
  stage.resource.clean_up(stage.local.context);
  stage.resource.unstage(stage.local.context);
  stage.resource.drop_aside(stage.local.context);
  server.execute("DROP USER 'eb reader'@localhost; DROP DATABASE eb_grants");
}

void names_of_any_length(const LiveServer& server) {
  const std::string name = "eb_" + std::string(61, 'n');
  server.execute("DROP DATABASE IF EXISTS " + name + "; CREATE DATABASE " + name +
                 "; CREATE TABLE " + name + "." + name + " (id INT PRIMARY KEY); INSERT INTO " +
                 name + "." + name + " VALUES (1)");
  Stage stage(server.section({name}));
  const archive::ArchiveReader target(stage.capture());
  server.execute("INSERT INTO " + name + "." + name + " VALUES (2)");
  const archive::ArchiveReader safety(stage.capture());
  CHECK(text_of(stage.stage(target)).empty());
  stage.move(target, safety);
  CHECK(text_of(stage.prove(target)).empty());
  CHECK(server.query("SELECT id FROM " + name + "." + name) == "1\n");
  stage.resource.clean_up(stage.local.context);
  stage.resource.unstage(stage.local.context);
  stage.resource.drop_aside(stage.local.context);
  server.execute("DROP DATABASE " + name);
}

}  // namespace

TEST_ON_BOTH("every kind of object is staged beside the live data and then moved in",
             stages_and_moves)
TEST_ON_BOTH("a move back brings the last live state back exactly, however often it is asked for",
             moves_back)
TEST_ON_BOTH("a move that ends at any of its records is finished by the next run",
             goes_on_at_each_record)
TEST_ON_BOTH("a move that ends at any of its records can be undone", goes_back_at_each_record)
TEST_ON_BOTH("what is aside stays the last live state when the proof fails and it is staged again",
             a_second_stage_after_a_failed_proof)
TEST_ON_BOTH("an application that still writes before the move is noticed", a_writer_is_noticed)
TEST_ON_BOTH("a table that another database refers to goes in place, and users are not in its way",
             an_outside_child)
TEST_ON_BOTH("grants on routines and columns, and numbers, follow the move", grants_and_numbers)
TEST_ON_BOTH("names of 64 characters are staged and moved", names_of_any_length)
