#include "resources/mysql/identifier.hpp"

#include <catch2/catch.hpp>

#include "resources/mysql/object_builder.hpp"

using namespace resources::mysql;

TEST_CASE("names and texts are quoted so that they cannot end early") {
  CHECK(quote_name("a`b.c") == "`a``b.c`");
  CHECK(quote_name("d", "t") == "`d`.`t`");
  CHECK(quote_text("it's \\ here") == "'it\\'s \\\\ here'");
  CHECK(quote_bytes(std::string("\0\xff", 2)) == "x'00FF'");
  CHECK(quote_account("app@10.%") == "`app`@`10.%`");
  CHECK(quote_account("a@b@host") == "`a@b`@`host`");
}

TEST_CASE("only the definer in the head of a statement is replaced") {
  const std::string view =
      "CREATE DEFINER=`a``b`@`%` PROCEDURE `p`()\nSELECT 'DEFINER=`x`@`y`' -- DEFINER=`x`@`y`";
  CHECK(definer_of(view) == "a`b@%");
  CHECK(replace_definer(view, "root@localhost") ==
        "CREATE DEFINER=`root`@`localhost` PROCEDURE `p`()\nSELECT 'DEFINER=`x`@`y`' -- "
        "DEFINER=`x`@`y`");
  CHECK(replace_definer("CREATE DEFINER=\"a\"@\"%\" FUNCTION \"f\"", "r@h") ==
        "CREATE DEFINER=\"r\"@\"h\" FUNCTION \"f\"");
  CHECK(definer_of("CREATE TABLE `t` (`a` int)").empty());
}

TEST_CASE("an event is put to sleep by its own clause, not by a text that looks like it") {
  CHECK(disabled_event("CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY ON COMPLETION NOT PRESERVE ENABLE"
                       " DO SELECT ' PRESERVE ENABLE'") ==
        "CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY ON COMPLETION NOT PRESERVE DISABLE"
        " DO SELECT ' PRESERVE ENABLE'");
  CHECK(disabled_event("CREATE EVENT `e` ON COMPLETION PRESERVE DISABLE ON SLAVE DO SELECT 1") ==
        "CREATE EVENT `e` ON COMPLETION PRESERVE DISABLE DO SELECT 1");
}
