#include "core/clock.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

TEST_CASE("times are written and read as ISO-8601 in UTC") {
  CHECK(core::to_iso8601(1'795'404'600'123) == "2026-11-23T03:30:00Z");
  CHECK(core::from_iso8601("2026-11-23T03:30:00Z") == 1'795'404'600'000);
  CHECK(core::from_iso8601("1795404600123") == 1'795'404'600'123);
}

TEST_CASE("a text that is no time is refused") {
  CHECK_THROWS_AS(core::from_iso8601("yesterday"), core::Error);
  CHECK_THROWS_AS(core::from_iso8601("2026-11-23T03:30:00Z; rm"), core::Error);
}
