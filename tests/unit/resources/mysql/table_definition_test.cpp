#include "resources/mysql/table_definition.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "resources/mysql/sql_scanner.hpp"

using namespace resources::mysql;

namespace {
constexpr const char* kTable =
    "CREATE TABLE `odd (name` (\n"
    "  `id` int NOT NULL AUTO_INCREMENT,\n"
    "  `a` varchar(20) COLLATE utf8mb4_bin DEFAULT 'x, KEY `y` (`z`)' COMMENT 'it''s (\\'',\n"
    "  `g` int GENERATED ALWAYS AS (concat(`a`,' COLLATE utf8mb4_bin')) STORED,\n"
    "  `n` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,\n"
    "  PRIMARY KEY (`a`),\n"
    "  UNIQUE KEY `u` (`g`),\n"
    "  KEY `counts` (`id`,`a`),\n"
    "  KEY `late` (`g`),\n"
    "  FULLTEXT KEY `words` (`a`),\n"
    "  CONSTRAINT `f` FOREIGN KEY (`g`) REFERENCES `p` (`id`) ON DELETE CASCADE,\n"
    "  CONSTRAINT `c` CHECK (`g` > 0)\n"
    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='(KEY'";
}  // namespace

TEST_CASE("keys up to the one that AUTO_INCREMENT counts on stay in CREATE") {
  const auto parts = take_apart(kTable, true);
  CHECK(parts.keys == std::vector<std::string>{"KEY `late` (`g`)"});
  CHECK(parts.fulltext_keys == std::vector<std::string>{"FULLTEXT KEY `words` (`a`)"});
  CHECK(parts.foreign_keys ==
        std::vector<std::string>{
            "CONSTRAINT `f` FOREIGN KEY (`g`) REFERENCES `p` (`id`) ON DELETE CASCADE"});
  CHECK(parts.head == "CREATE TABLE `odd (name` ");
  CHECK(parts.body.find("KEY `counts`") != std::string::npos);
  CHECK(parts.body.find("CHECK (`g` > 0)") != std::string::npos);
  CHECK(parts.body.find("KEY `late`") == std::string::npos);
}

TEST_CASE("without late keys only foreign keys leave the statement, and nothing else changes") {
  std::string expected = kTable;
  const std::string foreign =
      "  CONSTRAINT `f` FOREIGN KEY (`g`) REFERENCES `p` (`id`) ON DELETE CASCADE,\n";
  expected.erase(expected.find(foreign), foreign.size());
  CHECK(take_apart(kTable, false).create() == expected);
}

TEST_CASE("a table without a primary key keeps its first unique key") {
  const auto parts = take_apart(
      "CREATE TABLE `t` (\n  `a` int,\n  KEY `k` (`a`),\n  UNIQUE KEY `u` (`a`),\n  KEY `l` "
      "(`a`)\n)",
      true);
  CHECK(parts.keys == std::vector<std::string>{"KEY `l` (`a`)"});
}

TEST_CASE("a column that inherits its collation does not name it") {
  const std::string statement = with_inherited_collations(kTable);
  CHECK(statement.find("`a` varchar(20) DEFAULT") != std::string::npos);
  CHECK(statement.find("`n` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin") !=
        std::string::npos);
  CHECK(statement.find("' COLLATE utf8mb4_bin'") != std::string::npos);
}

TEST_CASE("text that is not a CREATE TABLE is an integrity error") {
  CHECK_THROWS_AS(take_apart("DROP TABLE t", false), core::Error);
  CHECK_THROWS_AS(take_apart("CREATE TABLE `t` (", false), core::Error);
}

TEST_CASE("all keys go into one ALTER") {
  CHECK(alter_add("`d`.`t`", {"KEY `a` (`a`)", "KEY `b` (`b`)"}) ==
        "ALTER TABLE `d`.`t` ADD KEY `a` (`a`), ADD KEY `b` (`b`)");
}

TEST_CASE("quotes are skipped with their escapes") {
  CHECK(skip_quoted("'a''b\\'c' d", 0) == 9);
  CHECK(skip_quoted("`a\\` b", 0) == 4);
  CHECK(skip_quoted("'never closed", 0) == 13);
  CHECK(split_at_commas("a, f(b, c), 'd,e'") == std::vector<std::string>{"a", "f(b, c)", "'d,e'"});
}
