#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "archive/archive_writer.hpp"
#include "test_stage.hpp"

using namespace mysql_test;
using core::ExitCode;

namespace {

void make_rows(const LiveServer& server, int doublings) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_trouble; CREATE DATABASE eb_trouble; USE eb_trouble;"
      "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(100), KEY v_ix (v));"
      "INSERT INTO t VALUES (1, REPEAT('x', 90))");
  for (int i = 0; i < doublings; ++i)
    server.execute("INSERT INTO eb_trouble.t SELECT id + " + std::to_string(1 << i) +
                   ", v FROM eb_trouble.t");
}

void wrong_password(const LiveServer& server) {
  Stage stage(server.section_over_tcp({"eb_trouble"}, "root", "not this"));
  std::string message;
  const auto code =
      code_of([&] { stage.resource.preflight_backup(stage.local.context); }, &message);
  CHECK(code == ExitCode::kCredentials);
  CHECK_THAT(message, !Catch::Contains("not this"));
}

void dead_server(const LiveServer& server) {
  auto section = server.section_over_tcp({"eb_trouble"}, "root", "x");
  section.set("port", 1);  // nothing listens there
  Stage stage(std::move(section));
  CHECK(code_of([&] { stage.resource.preflight_backup(stage.local.context); }) ==
        ExitCode::kUnreachable);
}

void lost_midway(const LiveServer& server) {
  make_rows(server, 15);
  Stage stage(server.section({"eb_trouble"}));
  const archive::ArchiveReader archive(stage.capture());
  stage.destroy(archive);
  ExitCode code = ExitCode::kOk;
  std::string told_as;
  std::atomic<bool> ended{false};
  std::thread restore([&] {
    code = code_of([&] { stage.restore(archive); }, &told_as);
    ended = true;
  });
  // as a server does that goes down
  while (!ended) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    code_of([&] {
      server.execute(
          server.query("SELECT CONCAT('KILL ', ID, ';') FROM"
                       " information_schema.PROCESSLIST WHERE USER='root' AND"
                       " ID<>CONNECTION_ID()"));
    });
  }
  restore.join();
  CAPTURE(static_cast<int>(code), told_as);
  const bool told = code == ExitCode::kUnreachable || code == ExitCode::kServiceError;
  CHECK(told);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP DATABASE eb_trouble");
}

void few_connections(const LiveServer& server) {
  make_rows(server, 6);
  server.execute(
      "DROP USER IF EXISTS eb_few@'%'; CREATE USER eb_few@'%' IDENTIFIED BY 'few' WITH "
      "MAX_USER_CONNECTIONS 4; GRANT ALL ON *.* TO eb_few@'%'");
  auto section = server.section_over_tcp({"eb_trouble"}, "eb_few", "few");
  section.set("connections", 8);
  Stage stage(section);
  const archive::ArchiveReader archive(stage.capture());
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)) == "");
  stage.resource.clean_up(stage.local.context);
  const auto& notes = stage.local.progress.notes;
  CHECK(std::any_of(notes.begin(), notes.end(), [](const std::string& note) {
    return note.find("connections instead of 8") != std::string::npos;
  }));
  server.execute("DROP USER eb_few@'%'; DROP DATABASE eb_trouble");
}

void missing_grants(const LiveServer& server) {
  make_rows(server, 1);
  server.execute(
      "DROP USER IF EXISTS eb_poor@'%'; CREATE USER eb_poor@'%' IDENTIFIED BY 'poor';"
      "GRANT SELECT ON eb_trouble.* TO eb_poor@'%'");
  Stage stage(server.section_over_tcp({"eb_trouble"}, "eb_poor", "poor"));
  const auto report = stage.resource.preflight_backup(stage.local.context);
  std::string hints;
  for (const auto& finding : report.findings)
    if (finding.blocking) hints += finding.hint + "\n";
  CHECK_THAT(hints, Catch::Contains("GRANT RELOAD ON *.* TO `eb_poor`@`%`"));
  CHECK_THAT(hints, Catch::Contains("GRANT SHOW VIEW, TRIGGER, EVENT ON `eb\\_trouble`.* TO"));
  Stage rich(server.section({"eb_trouble"}));
  for (const auto& finding : rich.resource.preflight_backup(rich.local.context).findings)
    CHECK_FALSE(finding.blocking);
  // the account is of MySQL's default kind there: caching_sha2_password, without TLS
  server.execute("DROP USER eb_poor@'%'; DROP DATABASE eb_trouble");
}

void restore_plan(const LiveServer& server) {
  make_rows(server, 3);
  Stage stage(server.section({"eb_trouble"}));
  const archive::ArchiveReader archive(stage.capture());
  server.execute("CREATE TABLE eb_trouble.newer (id INT)");
  const auto report = stage.resource.preflight_restore(archive, stage.local.context);
  for (const auto& finding : report.findings) CHECK_FALSE(finding.blocking);
  std::string plan;
  for (const auto& line : report.plan) plan += line + "\n";
  CHECK_THAT(plan, Catch::Contains("table eb_trouble.t: about"));
  CHECK_THAT(plan, Catch::Contains("8 in the archive"));
  CHECK_THAT(plan, Catch::Contains("table eb_trouble.newer: not in the archive, goes"));
  auto other = server.section({"eb_other"});
  Stage elsewhere(std::move(other));
  bool refused = false;
  for (const auto& finding :
       elsewhere.resource.preflight_restore(archive, elsewhere.local.context).findings)
    refused = refused || (finding.blocking && finding.code == ExitCode::kConfiguration);
  CHECK(refused);
  server.execute("DROP DATABASE eb_trouble");
}

// An archive whose chunk says one thing and its table another: what LOCAL would swallow.
std::string forged(const Stage& stage, const std::string& definition, const std::string& rows,
                   std::uint64_t count) {
  const std::string path = stage.folder.path();
  const std::string id = "test-mysql-20260101T000000Z-abcdef";
  archive::ArchiveWriter writer(path, id);
  const std::string create = "CREATE DATABASE `eb_trouble`";
  json::Value objects = json::Value::array();
  const auto object = [&](const std::string& kind, std::size_t offset, std::size_t length) {
    json::Value entry = json::Value::object();
    entry.set("kind", kind);
    entry.set("name", kind == "table" ? "t" : "eb_trouble");
    entry.set("offset", offset);
    entry.set("length", length);
    objects.push_back(std::move(entry));
  };
  object("database", 0, create.size());
  object("table", create.size(), definition.size());
  json::Value schema = json::Value::object();
  schema.set("kind", "schema");
  schema.set("database", "eb_trouble");
  schema.set("objects", std::move(objects));
  writer.put({"mysql/eb_trouble/schema.sql", "mysql", std::nullopt, std::move(schema)},
             archive::encode_plain(create + definition));
  const std::string zero(32, '0');
  json::Value meta = json::parse(
      "{\"kind\":\"rows\",\"database\":\"eb_trouble\",\"table\":\"t\","
      "\"checksum\":\"" +
          zero + "\"}",
      "meta");
  writer.put({"mysql/eb_trouble/t/000001.tsv.zst", "mysql", count, std::move(meta)},
             archive::encode_zstd(rows));
  archive::Manifest manifest;
  manifest.backup_id = id;
  manifest.environment = "test-mysql";
  manifest.kind = "backup";
  manifest.created_at = "2026-01-01T00:00:00Z";
  archive::ResourceEntry entry;
  entry.name = "mysql";
  entry.detail = json::parse(
      "{\"server\":{\"flavour\":\"mariadb\",\"version\":\"x\",\"version_number\":1},"
      "\"cut_unix_seconds\":1700000000,\"databases\":[\"eb_trouble\"],\"tables\":[{"
      "\"database\":\"eb_trouble\",\"name\":\"t\",\"engine\":\"InnoDB\",\"transactional\":true,"
      "\"rows\":" +
          std::to_string(count) + ",\"checksum\":\"" + zero +
          "\",\"primary_key\":[\"id\"],"
          "\"columns\":[{\"name\":\"id\",\"type\":\"int\"},{\"name\":\"v\",\"type\":\"varchar\","
          "\"character_set\":\"utf8mb4\"}]}]}",
      "detail");
  manifest.resources.push_back(std::move(entry));
  return writer.finish(std::move(manifest)).path;
}

void refuse_rows(const LiveServer& server, const std::string& rows, std::uint64_t count,
                 const std::string& reason) {
  server.execute("DROP DATABASE IF EXISTS eb_trouble");
  Stage stage(server.section({"eb_trouble"}));
  const archive::ArchiveReader archive(
      forged(stage,
             "CREATE TABLE `t` (\n  `id` int NOT NULL,\n  `v` varchar(3),\n"
             "  PRIMARY KEY (`id`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
             rows, count));
  stage.destroy(archive);
  std::string message;
  CHECK(code_of([&] { stage.restore(archive); }, &message) == ExitCode::kIntegrity);
  CHECK_THAT(message, Catch::Contains(reason));
  CHECK(server.query("SELECT COUNT(*) FROM eb_trouble.t") == "0\n");
  stage.destroy(archive);
}

void lossy_rows(const LiveServer& server) {
  refuse_rows(server, "1\tabc\n2\tabcdef\n", 2, "Data truncated for column 'v' at row 2");
  refuse_rows(server, "1\tabc\n1\tdef\n", 2, "Duplicate entry '1'");
  refuse_rows(server, "1\tabc\n", 2, "1 of 2 rows");
  refuse_rows(server, "1\tabc\nnot a number\tdef\n", 2, "Incorrect integer value");
}

void fenced(const LiveServer& server) {
  make_rows(server, 2);
  Stage stage(server.section({"eb_trouble"}));
  const archive::ArchiveReader archive(stage.capture());
  const std::string before = server.dump({"eb_trouble"});
  stage.local.lease.lost = true;
  CHECK(code_of([&] { stage.destroy(archive); }) == ExitCode::kPrecondition);
  CHECK(code_of([&] { stage.restore(archive); }) == ExitCode::kPrecondition);
  CHECK(server.dump({"eb_trouble"}) == before);
  server.execute("DROP DATABASE eb_trouble");
}

void cancelled(const LiveServer& server) {
  make_rows(server, 15);
  Stage stage(server.section({"eb_trouble"}));
  const archive::ArchiveReader archive(stage.capture());
  stage.destroy(archive);
  std::thread signal([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    stage.local.cancel.cancel(15);
  });
  const auto begun = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(stage.restore(archive), core::Cancelled);
  signal.join();
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(10));
  Stage again(server.section({"eb_trouble"}));
  again.restore(archive);
  CHECK(text_of(again.prove(archive)) == "");
  again.resource.clean_up(again.local.context);
  server.execute("DROP DATABASE eb_trouble");
}

}  // namespace

TEST_ON_BOTH("a wrong password is 12 and is not repeated", wrong_password)
TEST_ON_BOTH("a server that is not there is 13", dead_server)
TEST_ON_BOTH("a connection lost midway is told, and the restore resumes", lost_midway)
TEST_ON_BOTH("a missing right is named with its GRANT", missing_grants)
TEST_ON_BOTH("the plan of a restore says what goes and comes", restore_plan)
TEST_ON_BOTH("rows that LOCAL would clip, skip or lose are 15 and rolled back", lossy_rows)
TEST_ON_BOTH("nothing is touched once the lease is lost", fenced)
TEST_ON_BOTH("a signal ends a restore within seconds, and it resumes", cancelled)
TEST_ON_BOTH("an account with few connections is enough, and that is told", few_connections)
