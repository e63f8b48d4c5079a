#include "json/ranges.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

using json::decode_string;
using json::elements_of;
using json::find_member;
using json::member;
using json::members_of;
using json::ValueEnd;

namespace {

// Feeds `text` in pieces of `size` bytes; how many bytes belonged to the value.
std::size_t feed_in_pieces(ValueEnd& end, std::string_view text, std::size_t size) {
  std::size_t used = 0;
  while (used < text.size() && !end.done()) used += end.feed(text.substr(used, size));
  return used;
}

}  // namespace

TEST_CASE("the end of an object is found wherever the pieces are cut") {
  const std::string object = R"({"a":"}\"]\\","b":[1,{"c":"\\\\\"{"}],"d":{"e":"x"},"f":"\\"})";
  for (std::size_t size = 1; size <= object.size() + 5; ++size) {
    ValueEnd end;
    CAPTURE(size);
    CHECK(feed_in_pieces(end, object + ",{\"next\":1}", size) == object.size());
    CHECK(end.done());
    REQUIRE(end.inner().size() == 2);
    CHECK(object.substr(end.inner()[0].begin, end.inner()[0].end - end.inner()[0].begin) ==
          R"([1,{"c":"\\\\\"{"}])");
    CHECK(object.substr(end.inner()[1].begin, end.inner()[1].end - end.inner()[1].begin) ==
          R"({"e":"x"})");
  }
}

TEST_CASE("a value that was used before is scanned like a new one after reset") {
  ValueEnd end;
  CHECK(end.feed(R"({"a":[]})") == 8);
  end.reset();
  CHECK_FALSE(end.done());
  CHECK(end.feed(R"([{}])") == 4);
  CHECK(end.done());
  CHECK(end.inner().size() == 1);
}

TEST_CASE("members keep every byte of their values, numbers and spaces too") {
  const std::string object =
      "{ \"n\" : 1e400 ,\"big\":9223372036854775807, \"f\":0.10,"
      "\"s\":{\"x\" :\t[ 1 ]} \r,\"t\\\"\":\"a,}\" }";
  const auto members = members_of(object);
  REQUIRE(members.size() == 5);
  CHECK(members[0].key == "n");
  CHECK(members[0].value == " 1e400 ");
  CHECK(members[1].value == "9223372036854775807");
  CHECK(members[2].value == "0.10");
  CHECK(members[3].value == "{\"x\" :\t[ 1 ]} \r");
  CHECK(members[4].key == "t\\\"");
  CHECK(members[4].value == "\"a,}\" ");
  CHECK(member(object, "n") == "1e400");
  CHECK_FALSE(find_member(object, "absent"));
}

TEST_CASE("known ends of inner values give the same members as a scan") {
  const std::string object = R"({"a":{"b":[1]},"c":"{","d":[{}],"e":1})";
  ValueEnd end;
  end.feed(object);
  const auto scanned = members_of(object);
  const auto known = members_of(object, end.inner());
  REQUIRE(scanned.size() == known.size());
  for (std::size_t i = 0; i < known.size(); ++i) CHECK(scanned[i].value == known[i].value);
}

TEST_CASE("elements of an array are cut at their commas") {
  const auto elements = elements_of(R"([ {"a":[1,2]} ,"x,]",3 , null])");
  REQUIRE(elements.size() == 4);
  CHECK(elements[0] == R"({"a":[1,2]})");
  CHECK(elements[1] == R"("x,]")");
  CHECK(elements[2] == "3");
  CHECK(elements[3] == "null");
  CHECK(elements_of(" [ ] ").empty());
}

TEST_CASE("damaged text is refused, never read past its end") {
  for (const char* text : {"", "1", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}",
                           "{\"a\" 1}", "{\"a\":}", "{\"a\":\"x}", "{a:1}", "{\"a\":\"\\"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(members_of(text), core::Error);
  }
  for (const char* text : {"", "{}", "[", "[1", "[1,", "[1 2]", "[,1]"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(elements_of(text), core::Error);
  }
}

TEST_CASE("texts are decoded with their escapes") {
  CHECK(decode_string(R"("a\/#\"é\u00e9")") == "a/#\"é\u00e9");
  CHECK(decode_string("\"\"").empty());
  CHECK_THROWS_AS(decode_string("null"), core::Error);
}
