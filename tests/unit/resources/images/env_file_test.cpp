#include "resources/images/env_file.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

using resources::images::EnvFile;

namespace {
const std::string kText = R"(# tags of the release
API_TAG=v1.4.2   # set by the pipeline
export WEB_TAG = "v2.0"
QUOTED='v3#0'
PASSWORD=se$cret
NOTE="over
API_TAG=not this
two lines"
HASH=a#b
EMPTY=
	TABBED=	x	
LAST=9)";
}

TEST_CASE("values are read as Compose reads them") {
  const EnvFile file(kText, ".env");
  CHECK(file.value("API_TAG") == "v1.4.2");
  CHECK(file.value("WEB_TAG") == "v2.0");
  CHECK(file.value("QUOTED") == "v3#0");
  CHECK(file.value("HASH") == "a#b");
  CHECK(file.value("EMPTY") == "");
  CHECK(file.value("TABBED") == "x");
  CHECK(file.value("LAST") == "9");
  CHECK_FALSE(file.value("MISSING"));
  CHECK(file.line("WEB_TAG") == "export WEB_TAG = \"v2.0\"");
}

TEST_CASE("a new value leaves every other byte as it was") {
  EnvFile file(kText, ".env");
  file.set("API_TAG", "v1.4.1");
  file.set("WEB_TAG", "v2.0-rc.10");
  file.set("QUOTED", "v1");
  file.set("EMPTY", "now");
  file.set("LAST", "10");
  std::string expected = kText;
  const auto change = [&](const std::string& from, const std::string& to) {
    expected.replace(expected.find(from), from.size(), to);
  };
  change("v1.4.2", "v1.4.1");
  change("\"v2.0\"", "\"v2.0-rc.10\"");
  change("'v3#0'", "'v1'");
  change("EMPTY=", "EMPTY=now");
  change("LAST=9", "LAST=10");
  CHECK(file.text() == expected);
}

TEST_CASE("a key that is not there becomes the last line") {
  EnvFile file(kText, ".env");
  file.set("NEW", "1");
  CHECK(file.text() == kText + "\nNEW=1\n");
  EnvFile empty("", ".env");
  empty.set("NEW", "1");
  CHECK(empty.text() == "NEW=1\n");
}

TEST_CASE("Windows line ends stay") {
  EnvFile file("A=1\r\nB=2\r\n", ".env");
  CHECK(file.value("A") == "1");
  file.set("A", "3");
  CHECK(file.text() == "A=3\r\nB=2\r\n");
}

TEST_CASE("values that could mean something else are refused by the key's name") {
  const EnvFile file(kText, ".env");
  CHECK_THROWS_WITH(file.value("PASSWORD"), Catch::StartsWith(".env: PASSWORD "));
  CHECK_THROWS_WITH(file.value("NOTE"), Catch::Contains("several lines"));
  CHECK_THROWS_WITH(EnvFile("A=1\nA=2\n", ".env").value("A"), Catch::Contains("stands twice"));
  CHECK_THROWS_WITH(EnvFile("A=\"open\nB=2\n", ".env").value("A"), Catch::Contains("never ends"));
}

TEST_CASE("a message about a value never shows it") {
  try {
    EnvFile(kText, ".env").value("PASSWORD");
    FAIL("read");
  } catch (const core::Error& error) {
    CHECK_THAT(error.what(), !Catch::Contains("cret"));
  }
}
