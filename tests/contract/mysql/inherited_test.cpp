// What a server's administrator has set for every session must not change what is archived.

#include <map>
#include <sstream>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "resources/mysql/table_capture.hpp"
#include "resources/mysql/table_reader.hpp"
#include "test_stage.hpp"

using namespace mysql_test;

namespace {

// Global values for as long as it lives.
class Globals {
 public:
  Globals(const LiveServer& server, const std::vector<std::pair<std::string, std::string>>& worst)
      : m_server(server) {
    const auto known = now();
    std::string set;
    for (const auto& [name, value] : worst) {
      const auto before = known.find(name);
      if (before == known.end()) continue;  // a variable of another version
      m_put_back += "SET GLOBAL " + name + "=" + literal(before->second) + ";";
      set += "SET GLOBAL " + name + "=" + value + ";";
    }
    // in one session: its own values stay as they are
    server.execute(set);
  }
  ~Globals() {
    m_server.execute("SET SESSION sql_select_limit=DEFAULT, sql_safe_updates=0, autocommit=1;" +
                     m_put_back);
  }
  Globals(const Globals&) = delete;
  Globals& operator=(const Globals&) = delete;

 private:
  std::map<std::string, std::string> now() const {
    std::istringstream shown(m_server.query("SHOW GLOBAL VARIABLES"));
    std::map<std::string, std::string> values;
    for (std::string line; std::getline(shown, line);) {
      const auto tab = line.find('\t');
      if (tab != std::string::npos) values[line.substr(0, tab)] = line.substr(tab + 1);
    }
    return values;
  }
  static std::string literal(const std::string& text) {
    const bool number = !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
    if (text.empty()) return "DEFAULT";
    return number || text == "DEFAULT" ? text : "'" + text + "'";
  }
  const LiveServer& m_server;
  std::string m_put_back;
};

const std::vector<std::pair<std::string, std::string>> kWorst{
    {"sql_select_limit", "2"},
    {"max_join_size", "1"},
    {"sql_big_selects", "0"},
    {"sql_safe_updates", "1"},
    {"sql_auto_is_null", "1"},
    {"sql_quote_show_create", "0"},
    {"sql_mode",
     "'ANSI,TRADITIONAL,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,NO_UNSIGNED_SUBTRACTION'"},
    {"time_zone", "'+05:30'"},
    {"lc_time_names", "'en_GB'"},
    {"default_week_format", "3"},
    {"div_precision_increment", "20"},
    {"group_concat_max_len", "4"},
    {"max_error_count", "0"},
    {"net_read_timeout", "1"},
    {"net_write_timeout", "1"},
    {"wait_timeout", "1"},
    {"lock_wait_timeout", "1"},
    {"innodb_lock_wait_timeout", "1"},
    {"autocommit", "0"},
    {"completion_type", "2"},
    {"foreign_key_checks", "0"},
    {"unique_checks", "0"},
    {"transaction_isolation", "'READ-UNCOMMITTED'"},
    {"tx_isolation", "'READ-UNCOMMITTED'"},
    {"optimizer_switch", "'derived_merge=off,materialization=off,semijoin=off'"},
    {"explicit_defaults_for_timestamp", "0"},
    {"low_priority_updates", "1"},
    {"sql_notes", "0"},
    {"character_set_server", "utf16"},
    {"collation_server", "utf16_bin"},
    {"default_storage_engine", "MyISAM"},
    {"init_connect", "'SET NAMES latin1, sql_select_limit=1, autocommit=0'"},
    // MariaDB
    {"system_versioning_asof", "'2001-01-01 00:00:00'"},
    {"system_versioning_alter_history", "'ERROR'"},
    {"sql_if_exists", "1"},
    {"old_mode", "'NO_PROGRESS_INFO,ZERO_DATE_TIME_CAST'"},
    {"alter_algorithm", "'INSTANT'"},
    {"max_statement_time", "0.01"},
    {"idle_transaction_timeout", "1"},
    {"tmp_disk_table_size", "1024"},
    {"enforce_storage_engine", "'MyISAM'"},
    // MySQL
    {"sql_require_primary_key", "1"},
    {"show_create_table_verbosity", "1"},
    {"show_old_temporals", "1"},
    {"information_schema_stats_expiry", "86400"},
    {"max_execution_time", "1"},
    {"default_collation_for_utf8mb4", "utf8mb4_general_ci"},
};

void make_rows(const LiveServer& server) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_inherit; CREATE DATABASE eb_inherit CHARACTER SET utf8mb4;"
      "USE eb_inherit; SET time_zone='+00:00', sql_mode='';"
      "CREATE TABLE parent (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40), c CHAR(10),"
      " at TIMESTAMP NOT NULL, other TIMESTAMP NULL DEFAULT NULL, n INT NOT NULL DEFAULT 2,"
      " third VARCHAR(40) AS (n / 3) STORED);"
      "INSERT INTO parent (name, c, at) VALUES ('é \\\\ back', 'x', '2026-01-01 00:00:00'),"
      " ('zwei', 'y', '2026-06-01 12:00:00'), ('three', 'z', '2026-06-02 12:00:00'),"
      " ('four', '', '2026-06-03 12:00:00'), ('five', 'w', '2026-06-04 12:00:00');"
      "CREATE TABLE child (id INT, parent INT, FOREIGN KEY (parent) REFERENCES parent (id));"
      "INSERT INTO child VALUES (1,1),(2,2),(3,3),(4,4);"
      "CREATE TABLE small (t INT) ENGINE=MyISAM; INSERT INTO small VALUES (1),(2),(3);"
      "CREATE VIEW seen AS SELECT p.id, c.id AS child FROM parent p JOIN child c ON c.parent=p.id;"
      "CREATE TRIGGER told BEFORE INSERT ON child FOR EACH ROW SET NEW.id = NEW.id + 1;"
      "CREATE PROCEDURE done() SELECT 'it''s \\\\ done'");
  if (server.is_mariadb())
    server.execute(
        "USE eb_inherit; CREATE TABLE aged (id INT PRIMARY KEY) WITH SYSTEM VERSIONING;"
        "INSERT INTO aged VALUES (1),(2),(3); DELETE FROM aged WHERE id=3");
}

void worst_values(const LiveServer& server) {
  make_rows(server);
  std::vector<std::string> history;
  if (server.is_mariadb()) history = {"--dump-history"};
  const std::string before = server.dump({"eb_inherit"}, history);
  Stage stage(server.section({"eb_inherit"}));
  const auto archive = [&] {
    const Globals globals(server, kWorst);
    return archive::ArchiveReader(stage.capture());
  }();
  const auto& tables = archive.manifest().resource("mysql")->detail.at("tables").as_array();
  std::uint64_t rows = 0;
  for (const auto& table : tables) rows += table.at("rows").as_uint();
  CHECK(rows == (server.is_mariadb() ? 15 : 12));
  {
    const Globals globals(server, kWorst);
    stage.destroy(archive);
    stage.restore(archive);
    CHECK(text_of(stage.prove(archive)) == "");
    stage.resource.clean_up(stage.local.context);
  }
  CHECK(text_of(stage.prove(archive)) == "");
  CHECK(server.dump({"eb_inherit"}, history) == before);
  server.execute("DROP DATABASE eb_inherit");
}

// Takes everything, keeps nothing.
struct NoSink final : archive::ChunkSink {
  void put(archive::ChunkName, const archive::EncodedChunk&) override {}
};

void fewer_rows_than_counted(const LiveServer& server) {
  make_rows(server);
  support::MemoryContext local;
  const auto settings =
      resources::mysql::read_settings(settings_of(server.section({"eb_inherit"})));
  resources::mysql::Connection connection(settings, local.cancel);
  NoSink sink;
  for (const auto& table : resources::mysql::read_tables(connection, "eb_inherit")) {
    if (table.name != "parent") continue;
    resources::mysql::TableCapture whole(table, sink, local.context, 1024);
    whole.copy(connection, {});
    whole.count(connection);
    CHECK_NOTHROW(whole.check_count());
    resources::mysql::TableCapture part(table, sink, local.context, 1024);
    part.copy(connection, {"id < 3", 0});
    part.count(connection);
    std::string message;
    CHECK(code_of([&] { part.check_count(); }, &message) == core::ExitCode::kIntegrity);
    CHECK_THAT(message, Catch::Contains("eb_inherit.parent has 5 rows") && Catch::Contains("2 of"));
  }
  server.execute("DROP DATABASE eb_inherit");
}

}  // namespace

TEST_ON_BOTH("rows that are read but not counted, or the other way round, fail a backup",
             fewer_rows_than_counted)
TEST_ON_BOTH("no global value changes what is archived and restored", worst_values)
