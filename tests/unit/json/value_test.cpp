#include "json/value.hpp"

#include <limits>

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

TEST_CASE("a number is read to the last bit, however it is written") {
  const auto read = [](const std::string& text) { return json::parse(text, "m"); };
  CHECK(read("-9223372036854775808").as_int() == std::numeric_limits<std::int64_t>::min());
  CHECK(read("-0").as_int() == 0);
  CHECK(read("18446744073709551616").as_double() == 18446744073709551616.0);
  CHECK(read("2.2250738585072011e-308").as_double() == 2.2250738585072011e-308);
  CHECK(read("-1.5E+3").as_double() == -1500.0);
  CHECK(read("0e256").as_double() == 0.0);
  const std::string zeros(400, '0');
  CHECK(read("0." + zeros + "1").as_double() == 0.0);
  CHECK(read("0." + std::string(30, '0') + "1e-300").as_double() == 0.0);
  CHECK(read("[1." + zeros + "]").as_array()[0].as_double() == 1.0);
  for (const char* refused : {"1e309", "1.8e308", "-1e999999999999", "01", "1.", "1e", "+1", "-"})
    CHECK_THROWS_AS(read(refused), core::Error);
  CHECK_THROWS_AS(read("1" + zeros), core::Error);
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
