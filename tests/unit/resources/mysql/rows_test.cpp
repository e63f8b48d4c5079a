#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "resources/mysql/row_buffer.hpp"
#include "resources/mysql/row_format.hpp"

using namespace resources::mysql;

namespace {

Table two_columns() {
  Table table;
  table.database = "d";
  table.name = "t";
  table.columns = {{"f", "float", "", false}, {"v", "varchar", "utf8mb4", false}};
  return table;
}

std::string encoded(const std::string& value) {
  const Table table = two_columns();
  RowBuffer rows(table, true, [](std::size_t) {});
  const char* fields[] = {nullptr, value.data()};
  const unsigned long lengths[] = {0, value.size()};
  rows.add(fields, lengths);
  return std::string(rows.bytes());
}

}  // namespace

TEST_CASE("what LOAD DATA would take for its own marks is escaped, wherever it stands") {
  CHECK(encoded("") == "\\N\t\n");
  CHECK(encoded("plain") == "\\N\tplain\n");
  for (const std::string mark : {"\t", "\n", "\\"}) {
    const std::string escaped = mark == "\t" ? "\\t" : mark == "\n" ? "\\n" : "\\\\";
    for (std::size_t at = 0; at < 40; ++at) {
      std::string value(40, 'x');
      value.replace(at, 1, mark);
      std::string expected(40, 'x');
      expected.replace(at, 1, escaped);
      CHECK(encoded(value) == "\\N\t" + expected + "\n");
    }
  }
  CHECK(encoded(std::string("a\0b", 3)) == std::string("\\N\ta\0b\n", 7));
}

TEST_CASE("the checksum knows no order, but every row and how often it is there") {
  RowChecksum one;
  RowChecksum other;
  for (const char* row : {"a", "b", "b"}) one.add_row(row);
  for (const char* row : {"b", "a", "b"}) other.add_row(row);
  CHECK(one == other);
  RowChecksum fewer;
  for (const char* row : {"a"}) fewer.add_row(row);
  CHECK_FALSE(one == fewer);
  fewer.add_row("c");
  fewer.add_row("c");
  CHECK_FALSE(one == fewer);  // XOR would let two equal rows vanish
  RowChecksum sum = RowChecksum::from_text(one.rows(), one.hex());
  CHECK(sum == one);
  sum += other;
  CHECK(sum.rows() == 6);
  CHECK_THROWS_AS(RowChecksum::from_text(1, "xyz"), core::Error);
  CHECK_THROWS_AS(RowChecksum::from_text(1, "00"), core::Error);
}

TEST_CASE("a sum carries into its upper half") {
  RowChecksum sum = RowChecksum::from_text(1, "0000000000000000ffffffffffffffff");
  sum += RowChecksum::from_text(1, "00000000000000000000000000000001");
  CHECK(sum.hex() == "00000000000000010000000000000000");
}

TEST_CASE("a FLOAT leaves as a DOUBLE, and JSON returns through its charset on MySQL only") {
  Table table = two_columns();
  table.columns.push_back({"j", "json", "", false});
  CHECK(select_list(table) == "`f`*1e0,`v`,`j`");
  CHECK(load_statement(table, "`d`.`t`", false)
            .find("(`f`,`v`,@v2) SET `j`=CONVERT(@v2 USING "
                  "utf8mb4)") != std::string::npos);
  CHECK(load_statement(table, "`d`.`t`", true).find("CONVERT") == std::string::npos);
}

TEST_CASE("labels of the old utf8 are looked up in utf8mb4, of other charsets in their own") {
  Table table = two_columns();
  for (const char* name : {"utf8", "utf8mb3"}) {
    table.columns.back() = {"v", "enum", name, false};
    CHECK(load_statement(table, "t", false).find("(@v1 USING utf8mb4)") != std::string::npos);
  }
  table.columns.back() = {"v", "set", "latin1", false};
  CHECK(load_statement(table, "t", false).find("(@v1 USING latin1)") != std::string::npos);
}
