#include <catch2/catch.hpp>

#include <set>

#include "resources/mysql/grants.hpp"
#include "resources/mysql/load_queue.hpp"
#include "resources/mysql/range_planner.hpp"

using namespace resources::mysql;

TEST_CASE("boundaries divide the whole span of a key, signed or not") {
  CHECK(even_boundaries("0", "100", false, 4) == std::vector<std::string>{"25", "50", "75"});
  CHECK(even_boundaries("-100", "100", false, 2) == std::vector<std::string>{"0"});
  CHECK(even_boundaries("-9223372036854775808", "9223372036854775807", false, 2) ==
        std::vector<std::string>{"-1"});
  CHECK(even_boundaries("0", "18446744073709551615", true, 2) ==
        std::vector<std::string>{"9223372036854775807"});
  CHECK(even_boundaries("5", "6", false, 8).empty());
}

TEST_CASE("ranges cover every key once, however wrong the estimates are") {
  CHECK(conditions_between("`id`", {}) == std::vector<std::string>{""});
  CHECK(conditions_between("`id`", {"10", "20"}) ==
        std::vector<std::string>{"`id` < 10", "`id` >= 10 AND `id` < 20", "`id` >= 20"});
}

TEST_CASE("two workers load two tables, and one table together only when nothing else is left") {
  LoadQueue queue;
  queue.add(0, {1, 2, 3, 4}, 4000, false);
  queue.add(1, {5, 6}, 200, false);
  CHECK(queue.turns() == 6);
  const auto first = queue.next();
  const auto second = queue.next();
  CHECK(first->table == 0);
  CHECK(second->table == 1);
  CHECK_FALSE(queue.finished(*second));
  CHECK(queue.next()->table == 1);
  const auto shared = queue.next();
  CHECK(shared->table == 0);
}

TEST_CASE("the worker that loads a table's last chunk adds its keys, once") {
  LoadQueue queue;
  queue.add(0, {1, 2}, 10, false);
  const auto first = queue.next();
  const auto last = queue.next();
  CHECK_FALSE(queue.next());
  CHECK_FALSE(queue.finished(*last));
  CHECK(queue.finished(*first));
}

TEST_CASE("a table without transactions is one turn, and one that lacks only keys is a turn too") {
  LoadQueue queue;
  queue.add(0, {1, 2, 3}, 30, true);
  queue.add(1, {}, 0, false);
  CHECK(queue.turns() == 2);
  CHECK(queue.next()->chunks == std::vector<std::size_t>{1, 2, 3});
  const auto keys = queue.next();
  CHECK(keys->chunks.empty());
  CHECK(queue.finished(*keys));
  CHECK_FALSE(queue.next());
}

TEST_CASE("grants are read as the server prints them") {
  const Grants grants({"GRANT RELOAD, PROCESS ON *.* TO `b`@`%`",
                       "GRANT SELECT, SHOW VIEW ON `athena\\_server`.* TO `b`@`%`",
                       "GRANT ALL PRIVILEGES ON `test%`.* TO `b`@`%` WITH GRANT OPTION",
                       "GRANT SELECT ON `mysql`.`proc` TO `b`@`%`",
                       "GRANT SELECT (`a`), INSERT ON `x`.* TO `b`@`%`",
                       "GRANT EXECUTE ON PROCEDURE `x`.`p` TO `b`@`%`"});
  CHECK(grants.has_global("RELOAD"));
  CHECK_FALSE(grants.has_global("SELECT"));
  CHECK(grants.has("SELECT", "athena_server"));
  CHECK_FALSE(grants.has("SELECT", "athenaXserver"));
  CHECK(grants.has("EVENT", "test_2"));
  CHECK(grants.has_on_table("SELECT", "mysql", "proc"));
  CHECK_FALSE(grants.has_on_table("SELECT", "mysql", "user"));
  CHECK_FALSE(grants.has("SELECT", "x"));
  CHECK(grants.has("INSERT", "x"));
  CHECK_FALSE(grants.has_global("GRANT OPTION"));
}

TEST_CASE("the right to grant comes with no other right, nor from a dynamic one") {
  CHECK_FALSE(Grants({"GRANT ALL PRIVILEGES ON *.* TO `b`@`%`"}).has_global("GRANT OPTION"));
  CHECK(Grants({"GRANT ALL PRIVILEGES ON *.* TO `b`@`%` IDENTIFIED BY PASSWORD '*A' WITH GRANT"
                " OPTION"})
            .has_global("GRANT OPTION"));
  CHECK_FALSE(Grants({"GRANT BACKUP_ADMIN,ROLE_ADMIN ON *.* TO `b`@`%` WITH GRANT OPTION"})
                  .has_global("GRANT OPTION"));
}

TEST_CASE("a pattern without an escape takes any character for its underscore") {
  CHECK(matches_pattern("a_c", "abc"));
  CHECK_FALSE(matches_pattern("a\\_c", "abc"));
  CHECK(matches_pattern("%", ""));
  CHECK_FALSE(matches_pattern("a%b", "ac"));
}
