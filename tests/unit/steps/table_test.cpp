#include "catalogue/table.hpp"

#include <clocale>

#include <catch2/catch.hpp>

using catalogue::shown;

TEST_CASE("control characters, changes of direction and invalid bytes are shown as escapes") {
  CHECK(shown("a\tb\n").text == "a\\u{9}b\\u{a}");
  CHECK(shown("\x1b[31mred").text == "\\u{1b}[31mred");
  CHECK(shown("\xc2\x9b").text == "\\u{9b}");
  CHECK(shown("a\xe2\x80\xae"
              "b")
            .text == "a\\u{202e}b");
  CHECK(shown("\xff\xc3").text == "\\xff\\xc3");
  CHECK(shown("\xc0\xaf").text == "\\xc0\\xaf");
  CHECK(shown("\xed\xa0\x80").text == "\\xed\\xa0\\x80");
  CHECK(shown("Größe 日本").text == "Größe 日本");
}

TEST_CASE("columns line up whatever the width of the characters") {
  std::setlocale(LC_ALL, "C.UTF-8");
  catalogue::Table table({"NAME", "X"});
  table.add({"日本語", "1"});
  table.add({"é", "2"});
  CHECK(table.text() == "NAME    X\n日本語  1\né       2\n");
}
