#include "resources/images/template_text.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

using resources::images::resolve;
using resources::images::Variables;
using resources::images::variables_in;

TEST_CASE("variables are put in as Compose does") {
  const Variables values{{"TAG", "1.2"}, {"EMPTY", ""}};
  const auto text = [&](const std::string& written) { return resolve(written, values, "s").text; };
  CHECK(text("h/a:${TAG}") == "h/a:1.2");
  CHECK(text("h/a:$TAG-x") == "h/a:1.2-x");
  CHECK(text("h/a:${TAG:-9}") == "h/a:1.2");
  CHECK(text("h/a:${NONE:-9}") == "h/a:9");
  CHECK(text("h/a:${NONE-9}") == "h/a:9");
  CHECK(text("h/a:${EMPTY:-9}") == "h/a:9");
  CHECK(text("h/a:${EMPTY-9}") == "h/a:");
  CHECK(text("h/a:${TAG:?must be set}") == "h/a:1.2");
  CHECK(text("h/$$a:${TAG}") == "h/$a:1.2");
}

TEST_CASE("what a variable stood for is told, defaults too") {
  const auto resolved = resolve("${REG}/a:${TAG:-2}", {{"REG", "h.example"}}, "s");
  CHECK(resolved.used == Variables{{"REG", "h.example"}, {"TAG", "2"}});
  CHECK(variables_in("${A}/${B}:$A", "s") == std::vector<std::string>{"A", "B"});
}

TEST_CASE("a variable without value names itself and the service") {
  CHECK_THROWS_WITH(resolve("a:${TAG}", {}, "api"),
                    Catch::Contains("service api") && Catch::Contains("TAG"));
  CHECK_THROWS_WITH(resolve("a:${TAG:?}", {{"TAG", ""}}, "api"), Catch::Contains("TAG"));
}

TEST_CASE("forms that are not understood are refused, never guessed") {
  for (const std::string written :
       {"a:${TAG", "a:$", "a:${}", "a:${TAG:+x}", "a:${TAG:-${OTHER}}", "a:${1A}", "a:${TAG/x}"})
    CHECK_THROWS_AS(variables_in(written, "api"), core::Error);
}
