#include "core/accounts.hpp"

#include <catch2/catch.hpp>

TEST_CASE("names and numbers of accounts lead to each other") {
  CHECK(core::user_name(0) == "root");
  CHECK(core::group_name(0) == "root");
  CHECK(core::user_id("root") == 0U);
  CHECK(core::group_id("root") == 0U);
}

TEST_CASE("an account that is unknown here has no name and no number") {
  CHECK(core::user_name(3'999'999'999U).empty());
  CHECK(core::group_name(3'999'999'999U).empty());
  CHECK_FALSE(core::user_id("no-such-user-here"));
  CHECK_FALSE(core::group_id(""));
}
