#include "session/progress.hpp"

#include <catch2/catch.hpp>

TEST_CASE("a progress line tells share, bytes, rate and time left") {
  CHECK(session::progress_line("mysql", 1'200'000'000, 2'900'000'000, 110'000'000) ==
        "mysql 41 %  1.2 GB of 2.9 GB  110.0 MB/s  15s left");
  CHECK(session::progress_line("mysql", 500, 0, 100) == "mysql 500 B  100 B/s");
  CHECK(session::progress_line("mysql", 3000, 2000, 100) ==
        "mysql 99 %  3.0 kB of 2.0 kB  100 B/s");
}

TEST_CASE("only resources that moved get a line, and all together one more") {
  session::Progress progress;
  progress.expect("mysql", 100);
  progress.expect("images", 100);
  CHECK(progress.lines(1000).empty());
  progress.advance("mysql", 50);
  const auto lines = progress.lines(5000);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "mysql 50 %  50 B of 100 B  10 B/s  5s left");
  CHECK(lines[1] == "total 25 %  50 B of 200 B  8 B/s  18s left");
  CHECK(progress.lines(5000).empty());
  CHECK(progress.percent() == 25);
}

TEST_CASE("an estimate that was too small does not show more than everything") {
  session::Progress progress;
  CHECK_FALSE(progress.percent());
  progress.expect("mysql", 100);
  progress.expect("images", 100);
  progress.advance("mysql", 500);
  CHECK(progress.percent() == 50);
}
