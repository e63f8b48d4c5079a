#include "json/array_stream.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

namespace {

std::string objects_of(std::string_view text, std::size_t piece) {
  std::string found;
  json::ArrayStream stream([&](std::string_view object, const auto& inner) {
    found += std::string(object) + std::to_string(inner.size()) + ";";
  });
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    stream.feed(text.substr(0, piece));
  stream.finish();
  return found;
}

}  // namespace

TEST_CASE("the objects of an array are found wherever the pieces are cut") {
  for (std::size_t piece = 1; piece < 40; ++piece)
    CHECK(objects_of(" [ {\"a\":\"]}\\\"\"} ,\n{\"b\":{\"c\":[1,{}]}},{} ]\n", piece) ==
          "{\"a\":\"]}\\\"\"}0;{\"b\":{\"c\":[1,{}]}}1;{}0;");
  CHECK(objects_of("[]", 1).empty());
}

TEST_CASE("anything but an array of objects that ends is refused") {
  for (const char* text : {"", "[", "[{}", "[{", "{}", "[1]", "[{}]]", "[{}]{}", "x"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(objects_of(text, 100), core::Error);
  }
}

TEST_CASE("white space goes from between tokens and stays inside texts") {
  std::string text = "=";
  json::append_compact(text, " { \"a b\" : [ 1 , \"x \\\" y\\\\\" ] ,\n\t\"c\" : null } ");
  CHECK(text == "={\"a b\":[1,\"x \\\" y\\\\\"],\"c\":null}");
}
