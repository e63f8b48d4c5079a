#include "json/value.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

TEST_CASE("a document keeps its key order, its 64-bit integers and its unicode") {
  const std::string text =
      R"({"z":1,"a":[true,null,-5,18446744073709551615,9223372036854775807,"ü\u0000\n"],"d":0.1})";
  const auto value = json::parse(text, "document");
  CHECK(json::dump(value) == text);
  CHECK(value.at("a").as_array()[3].as_uint() == 18446744073709551615ULL);
}

TEST_CASE("duplicate keys, deep nesting, bad UTF-8 and trailing text are refused by name") {
  CHECK_THROWS_WITH(json::parse(R"({"a":1,"a":2})", "m"), "m: the key 'a' stands twice");
  CHECK_THROWS_AS(json::parse(std::string(100'000, '['), "m"), core::Error);
  CHECK_THROWS_AS(json::parse("\"\xff\"", "m"), core::Error);
  CHECK_THROWS_AS(json::parse("{} x", "m"), core::Error);
  CHECK_THROWS_AS(json::parse("", "m"), core::Error);
  CHECK_THROWS_AS(json::parse("{} // comment", "m"), core::Error);
}

TEST_CASE("environment files may have comments and trailing commas") {
  const auto value = json::parse_with_comments("{ // why\n \"a\": [1, 2,], }", "m");
  CHECK(value.at("a").as_array().size() == 2);
}

TEST_CASE("reading a value as the wrong type says what was found") {
  const auto value = json::parse(R"({"a":"x","n":-1})", "m");
  CHECK_THROWS_WITH(value.at("a").as_int(), "expected an integer, found a string");
  CHECK_THROWS_AS(value.at("n").as_uint(), core::Error);
  CHECK_THROWS_WITH(value.at("b"), "the key 'b' is missing");
  CHECK(value.get_int("absent", 7) == 7);
}

TEST_CASE("set replaces a key in place and erase removes it") {
  json::Value value;
  value.set("a", 1);
  value.set("b", 2);
  value.set("a", "new");
  CHECK(json::dump(value) == R"({"a":"new","b":2})");
  value.erase("a");
  CHECK(json::dump(value) == R"({"b":2})");
}
