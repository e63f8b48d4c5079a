#include "archive/meaning.hpp"

#include <catch2/catch.hpp>

namespace {

archive::Member rows_of(const std::string& table, int number, std::uint64_t rows) {
  archive::Member member;
  member.name = "mysql/shop/" + table + "/00000" + std::to_string(number) + ".tsv.zst";
  member.resource = "mysql";
  member.rows = rows;
  member.meta.set("kind", "rows");
  member.meta.set("database", "shop");
  member.meta.set("table", table);
  return member;
}

}  // namespace

TEST_CASE("a damaged chunk is told as the table and the rows that it holds") {
  archive::Manifest manifest;
  // in the order in which they were written
  manifest.members = {rows_of("orders", 2, 70), rows_of("orders", 1, 100), rows_of("users", 1, 9),
                      rows_of("orders", 3, 1)};
  CHECK(archive::meaning_of(manifest, manifest.members[0]) ==
        "mysql: table shop.orders, rows 101 to 170 of 171 in the archive's order");
  CHECK(archive::meaning_of(manifest, manifest.members[2]) ==
        "mysql: table shop.users, rows 1 to 9 of 9 in the archive's order");
}

TEST_CASE("a damaged member without rows is told as what it is") {
  archive::Manifest manifest;
  archive::Member member;
  member.resource = "mysql";
  member.meta.set("kind", "accounts");
  CHECK(archive::meaning_of(manifest, member) == "mysql: accounts");
  member.resource = "elasticsearch";
  member.meta.set("unit", "items");
  CHECK(archive::meaning_of(manifest, member) == "elasticsearch: index items");
  member.resource = "";
  CHECK(archive::meaning_of(manifest, member).empty());
}
