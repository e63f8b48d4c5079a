#include "resources/images/compose_file.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

using resources::images::ComposeFile;

namespace {
const std::string kText = R"(---
# the product
x-common: &common
  restart: always
services:

  api: &api   # the server
    # image: old/name:1
    <<: *common
    environment:
      image: not-this:1
    image: "h.example/athena/api:${API_TAG:-1.0}"   # set in .env
    command: |
      image: nor-this:1
  'web':
    image: h.example/athena/web:2.0
    depends_on: [api]
  db:
    image: mysql:8.0
  built:
    build: .
  inherits:
    extends: {service: api}
volumes:
  image: {}
)";
}

TEST_CASE("services and their images are found by indentation") {
  const ComposeFile file(kText, "compose.yml");
  std::vector<std::string> names;
  for (const auto& service : file.services()) names.push_back(service.name);
  CHECK(names == std::vector<std::string>{"api", "web", "db", "built", "inherits"});
  CHECK(file.require("api").image == "h.example/athena/api:${API_TAG:-1.0}");
  CHECK(file.require("web").image == "h.example/athena/web:2.0");
  CHECK(file.require("web").line == 16);
  CHECK(file.find("volumes") == nullptr);
}

TEST_CASE("a new image leaves every other byte as it was") {
  ComposeFile file(kText, "compose.yml");
  file.set_image("web", "h.example/athena/web:1.9");
  file.set_image("api", "h.example/athena/api:0.9");
  std::string expected = kText;
  expected.replace(expected.find("web:2.0"), 7, "web:1.9");
  expected.replace(expected.find("api:${API_TAG:-1.0}"), 19, "api:0.9");
  CHECK(file.text() == expected);
}

TEST_CASE("a service whose image could come from elsewhere is refused by name and line") {
  const ComposeFile file(kText, "compose.yml");
  CHECK_THROWS_WITH(file.require("inherits"),
                    Catch::StartsWith("compose.yml:") && Catch::Contains("service inherits takes"));
  CHECK_THROWS_WITH(file.require("built"), Catch::Contains("service built has no image"));
  CHECK_THROWS_WITH(file.require("none"), Catch::Contains("has no service none"));
  const auto refuses = [](const std::string& body) {
    CHECK_THROWS_AS(ComposeFile("services:\n" + body, "c").require("a"), core::Error);
  };
  refuses("  a: {image: x}\n");
  refuses("  a:\n    image: *shared\n");
  refuses("  a:\n    image: &shared x\n");
  refuses("  a:\n    image: |\n      x\n");
  refuses("  a:\n    image: x\n    image: y\n");
  refuses("  a:\n    image: x\n  a:\n    image: y\n");
  refuses("  a:\n    image: x y\n");
  refuses("  a:\n    image:\n");
  refuses("  - a\n");
}

TEST_CASE("a file that is no Compose file is refused") {
  CHECK_THROWS_AS(ComposeFile("", "c"), core::Error);
  CHECK_THROWS_AS(ComposeFile("services: {a: {image: x}}\n", "c"), core::Error);
  CHECK_THROWS_AS(ComposeFile("version: 3\n", "c"), core::Error);
  CHECK_THROWS_WITH(ComposeFile("services:\n\ta:\n", "c"), Catch::Contains("c:2: is indented"));
  CHECK(ComposeFile("services:\n", "c").services().empty());
}
