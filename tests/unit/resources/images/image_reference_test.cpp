#include "resources/images/image_reference.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

using resources::images::parse_image;

TEST_CASE("an image is read as Docker reads it") {
  const auto own = parse_image("127.0.0.1:5000/athena/server:4.2.1", "s");
  CHECK(own.registry == "127.0.0.1:5000");
  CHECK(own.repository == "athena/server");
  CHECK(own.tag == "4.2.1");
  CHECK(own.version() == "4.2.1");
  const auto hub = parse_image("nginx", "s");
  CHECK(hub.registry == "docker.io");
  CHECK(hub.repository == "library/nginx");
  CHECK(hub.tag == "latest");
  const auto user = parse_image("bitnami/redis:7", "s");
  CHECK(user.registry == "docker.io");
  CHECK(user.repository == "bitnami/redis");
  const auto ecr = parse_image("123456789012.dkr.ecr.eu-central-1.amazonaws.com/a:v1", "s");
  CHECK(ecr.registry == "123456789012.dkr.ecr.eu-central-1.amazonaws.com");
  CHECK(ecr.repository == "a");
  CHECK(parse_image("localhost/a", "s").registry == "localhost");
}

TEST_CASE("a pinned digest is asked for instead of the tag") {
  const std::string digest = "sha256:" + std::string(64, 'a');
  const auto both = parse_image("h.example/a/b:1@" + digest, "s");
  CHECK(both.tag == "1");
  CHECK(both.version() == digest);
  const auto alone = parse_image("h.example/a/b@" + digest, "s");
  CHECK(alone.tag.empty());
  CHECK(alone.digest == digest);
}

TEST_CASE("what Docker would refuse is refused with the service's name") {
  for (const std::string text :
       {"", ":", "a:", "a b", "A/b:1", "h.example/", "h.example/a:-x", "a@sha256:short", "a/../b",
        "h.example:x/a", "a//b", "h.example/a?b:1", "a:1/..", "http://h.example/a"})
    CHECK_THROWS_WITH(parse_image(text, "api"), Catch::StartsWith("service api: "));
  CHECK_THROWS_AS(parse_image(std::string(100'000, 'a'), "api"), core::Error);
}
