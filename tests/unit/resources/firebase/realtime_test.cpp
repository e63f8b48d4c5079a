#include <catch2/catch.hpp>
#include <map>

#include "core/error.hpp"
#include "resources/firebase/realtime_archive.hpp"
#include "resources/firebase/realtime_leaves.hpp"
#include "resources/firebase/realtime_rules.hpp"

using namespace resources::firebase;

namespace {

std::map<std::string, std::string> leaves(const std::string& path, const std::string& text) {
  std::map<std::string, std::string> found;
  for_each_leaf(path, text, [&](const std::string& leaf, const std::string& value) {
    CHECK(found.emplace(leaf, value).second);
  });
  return found;
}

using Leaves = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("every value and priority of a Realtime tree is found by its path") {
  CHECK(
      leaves("/a", R"({"b": {".value": 1, ".priority": "p"}, "c": {".priority": 2, "d": true}})") ==
      Leaves{
          {"/a/b", "1"}, {"/a/b/.priority", "\"p"}, {"/a/c/.priority", "2"}, {"/a/c/d", "true"}});
  CHECK(leaves("", "null").empty());
  CHECK(leaves("/x", " \"text\" ") == Leaves{{"/x", "\"text"}});
}

TEST_CASE("a list and the object that it stands for are the same") {
  CHECK(leaves("/l", R"(["a", null, {"b": 1}])") == leaves("/l", R"({"0": "a", "2": {"b": 1}})"));
}

TEST_CASE("the same number and the same text written in two ways are the same") {
  CHECK(leaves("", R"({"n": 0.5, "t": "\u00e9\/"})") == leaves("", R"({"n": 5e-1, "t": "é/"})"));
  CHECK(leaves("", R"({"n": 9007199254740993})") != leaves("", R"({"n": 9007199254740992})"));
  CHECK(leaves("", R"({"n": "1"})") != leaves("", R"({"n": 1})"));
}

TEST_CASE("the root is written child by child, unless it has a value or a priority of its own") {
  std::map<std::string, std::string> found;
  const auto take = [&](const std::string& path, std::string_view text) {
    found[path] = std::string(text);
  };
  for_each_child(R"({"a": {"b": 1}, "\u00e9": 2})", take);
  CHECK(found == std::map<std::string, std::string>{{"/a", R"({"b": 1})"}, {"/é", "2"}});
  for (const std::string whole : {R"({".priority": 1, "a": 2})", "[1]", "\"x\"", "5"}) {
    found.clear();
    for_each_child(whole, take);
    CHECK(found == std::map<std::string, std::string>{{"", whole}});
  }
}

TEST_CASE("a path lies in another by whole keys only") {
  CHECK(lies_in("/a/b", "/a"));
  CHECK(lies_in("/a", "/a"));
  CHECK(lies_in("/a", ""));
  CHECK_FALSE(lies_in("/ab", "/a"));
  CHECK_FALSE(lies_in("/a", "/a/b"));
  CHECK(target_of("/a b/ü%") == "/a%20b/%C3%BC%25.json");
  CHECK(target_of("") == "/.json");
}

TEST_CASE("a line of an archive is read as it was written") {
  std::string text;
  append_line(text, "/a\tb\n/c", "{ \"x\" : [ 1 , 2 ] }");
  CHECK(text == "\"/a\\tb\\n/c\"\t{\"x\":[1,2]}\n");
  const auto line = parse_line(std::string_view(text).substr(0, text.size() - 1));
  CHECK(line.path == "/a\tb\n/c");
  CHECK(line.json == "{\"x\":[1,2]}");
  CHECK_THROWS_AS(parse_line("\"/a\""), core::Error);
}

TEST_CASE("rules come back as they were, but for those of the published view") {
  const std::string archived = R"({"rules": {"a": {".read": true}, "v": {".read": false}}})";
  const auto with_live = [&](const char* live) { return rules_to_restore(archived, live, "/v"); };
  CHECK(rules_to_restore(archived, R"({"rules": {}})", "") == archived);
  CHECK(with_live(R"({"rules": {"v": {".read": false}, "b": {}}})") == archived);
  CHECK(same_rules(with_live(R"({"rules": {"v": {".read": "auth != null"}}})"),
                   R"({"rules": {"a": {".read": true}, "v": {".read": "auth != null"}}})"));
  CHECK(same_rules(with_live(R"({"rules": {"b": {}}})"), R"({"rules": {"a": {".read": true}}})"));
  CHECK(same_rules(
      rules_to_restore(R"({"rules": {}})", R"({"rules": {"x": {"y": {".read": 1}}}})", "/x/y"),
      R"({"rules": {"x": {"y": {".read": 1}}}})"));
  CHECK(same_rules("{/* all */\"rules\": {}}", "{\"rules\":{}}"));
  CHECK_THROWS_AS(rules_to_restore("[", "{}", "/v"), core::Error);
}
