#include "resources/config_local/exclusion.hpp"

#include <catch2/catch.hpp>

#include "core/path_text.hpp"
#include "resources/config_local/index_line.hpp"
#include "resources/config_local/tree.hpp"

using resources::config_local::Exclusion;
namespace config_local = resources::config_local;

TEST_CASE("a pattern without a slash excludes a name anywhere") {
  const Exclusion exclusion({"*.log", "cache/"});
  CHECK(exclusion.matches("a.log"));
  CHECK(exclusion.matches("deep/in/it/a.log"));
  CHECK(exclusion.matches("x/cache"));
  CHECK_FALSE(exclusion.matches("a.log.gz"));
}

TEST_CASE("a pattern with a slash excludes a path from the root") {
  const Exclusion exclusion({"run/*.sock", "/top"});
  CHECK(exclusion.matches("run/a.sock"));
  CHECK(exclusion.matches("top"));
  CHECK_FALSE(exclusion.matches("x/run/a.sock"));
  CHECK_FALSE(exclusion.matches("run/deeper/a.sock"));
  CHECK_FALSE(exclusion.matches("x/top"));
}

TEST_CASE("what lies below an excluded folder is covered") {
  const Exclusion exclusion({"cache"});
  CHECK(exclusion.covers("a/cache/b/c"));
  CHECK_FALSE(exclusion.covers("a/cached/b"));
  CHECK_FALSE(exclusion.covers("."));
}

TEST_CASE("a folder stands ahead of what it holds and that ahead of its neighbours") {
  CHECK(config_local::before(".", "a"));
  CHECK(config_local::before("a", "a/x"));
  CHECK(config_local::before("a/x", "a.b"));
  CHECK(config_local::before("a/x", "a\x01"));
  CHECK_FALSE(config_local::before("a.b", "a/x"));
  CHECK_FALSE(config_local::before("a", "a"));
}

TEST_CASE("every byte of a name survives the index") {
  std::string name;
  for (int byte = 1; byte < 256; ++byte) name += static_cast<char>(byte);
  CHECK(core::decode_path(core::encode_path(name)) == name);
}

TEST_CASE("an entry with everything survives the index") {
  config_local::Tree tree;
  tree.users[7] = "seven";
  config_local::Entry entry;
  entry.path = "a b/\xff";
  entry.mode = 06755;
  entry.uid = 7;
  entry.mtime_seconds = -3;
  entry.mtime_nanoseconds = 999'999'999;
  entry.size = 5000;
  entry.sha256.fill(0xab);
  entry.content = {3, 2};
  entry.extra().attributes = {{"user.x", std::string("\0\n", 2)}};
  entry.extra().sparse = true;
  entry.extra().data = {{0, 10}, {4096, 904}};
  std::string line;
  config_local::append_line(line, entry, tree);
  line.pop_back();
  config_local::Tree again;
  const auto parsed = config_local::parse_line(line, again);
  CHECK(again.users[7] == "seven");
  std::string second;
  config_local::append_line(second, parsed, again);
  CHECK(second == line + "\n");
}
