#include "resources/elasticsearch/version_check.hpp"

#include <catch2/catch.hpp>

using resources::elasticsearch::is_newer;

TEST_CASE("versions are compared number by number, as far as it matters") {
  CHECK(is_newer("9.0.0", "8.19.21", 2));
  CHECK(is_newer("8.19.0", "8.9.3", 2));
  CHECK_FALSE(is_newer("8.9.3", "8.19.0", 3));
  CHECK(is_newer("8.19.21", "8.19.20", 3));
  CHECK_FALSE(is_newer("8.19.21", "8.19.20", 2));
  CHECK_FALSE(is_newer("2.19.1", "2.19.1", 3));
  CHECK(is_newer("3.0.0-beta1", "2.19.1", 3));
}

TEST_CASE("a version that is not known is never newer") {
  CHECK_FALSE(is_newer("", "8.19.21", 3));
  CHECK_FALSE(is_newer("9.0.0", "", 3));
  CHECK_FALSE(is_newer("unknown", "8.19.21", 3));
}
