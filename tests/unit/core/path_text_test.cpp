#include "core/path_text.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

TEST_CASE("every byte of a name survives the way through text") {
  std::string name;
  for (int byte = 0; byte < 256; ++byte) name += static_cast<char>(byte);
  CHECK(core::decode_path(core::encode_path(name)) == name);
  CHECK(core::encode_path("a b/\xff") == "a%20b/%FF");
}

TEST_CASE("text that no encoder wrote is refused") {
  for (const auto* text : {"a b", "%", "%4", "%zz", "a\n"})
    CHECK_THROWS_AS(core::decode_path(text), core::Error);
}

TEST_CASE("a path from outside is nothing but names") {
  CHECK(core::decode_relative_path("a/b%2Fc") == "a/b/c");
  for (const std::string text :
       {"", "/", "/etc", "a/", "a//b", ".", "..", "a/../b", "%2E%2E/x", "a%2F..%2Fb", "a%00b"})
    CHECK_THROWS_AS(core::decode_relative_path(text), core::Error);
  CHECK_THROWS_AS(core::decode_relative_path(std::string(256, 'n')), core::Error);
}

TEST_CASE("a path splits into its folder and its name") {
  CHECK(core::split_path("a/b/c") == std::pair<std::string_view, std::string_view>("a/b", "c"));
  CHECK(core::split_path("c") == std::pair<std::string_view, std::string_view>(".", "c"));
}

TEST_CASE("hex comes back as the same bytes and nothing else is hex") {
  CHECK(core::from_hex(core::to_hex(std::string("\0\xff", 2))) == std::string("\0\xff", 2));
  CHECK_THROWS_AS(core::from_hex("abc"), core::Error);
  CHECK_THROWS_AS(core::from_hex("AB"), core::Error);
}
