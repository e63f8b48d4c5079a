#include "resources/images/auth_challenge.hpp"

#include <catch2/catch.hpp>

using resources::images::parse_challenge;

TEST_CASE("a Bearer challenge gives realm, service and scope") {
  auto challenge = parse_challenge(
      R"(Bearer realm="https://auth.example/token?a=b",service="registry, main",Scope=repository:a/b:pull)");
  CHECK(challenge.scheme == "bearer");
  CHECK(challenge.parameters["realm"] == "https://auth.example/token?a=b");
  CHECK(challenge.parameters["service"] == "registry, main");
  CHECK(challenge.parameters["scope"] == "repository:a/b:pull");
}

TEST_CASE("broken challenges end where they stop making sense") {
  CHECK(parse_challenge("").scheme.empty());
  CHECK(parse_challenge("BASIC realm=\"x\"").scheme == "basic");
  CHECK(parse_challenge("Bearer").parameters.empty());
  CHECK(parse_challenge("Bearer realm=\"open").parameters["realm"] == "open");
  CHECK(parse_challenge("Bearer a=\"q\\\"uote\", , b").parameters["a"] == "q\"uote");
}
