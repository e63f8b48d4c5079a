#include <catch2/catch.hpp>

#include "resources/elasticsearch/bulk_answer.hpp"

using resources::elasticsearch::all_succeeded;

TEST_CASE("a bulk of which every document succeeded is told at once") {
  CHECK(all_succeeded(
      R"({"errors":false,"items":[{"index":{"status":201}},{"create":{"status":200}}]})", 2));
  CHECK(all_succeeded(R"({"errors":false,"items":[]})", 0));
}

TEST_CASE("any other answer of a bulk is read item by item") {
  for (
      const char* answer : {
          "",
          R"({"errors":true,"items":[{"index":{"status":201}},{"index":{"status":200}}]})",
          R"({"errors":false,"items":[{"index":{"status":201}}]})",
          R"({"errors":false,"items":[{"index":{"status":201}},{"index":{"status":429}}]})",
          R"({"errors":false,"items":[{"index":{"status":201}},{"index":{"status":201}}])",
          // the first two say 200, the third says nothing
          R"({"errors":false,"items":[{"index":{"status":200}},{"index":{"status":200}},{"index":{}}]})",
          R"({"errors":false,"items":[{"index":{"status":200}}],"x":{"index":{"status":200}}})",
      }) {
    CAPTURE(answer);
    CHECK_FALSE(all_succeeded(answer, 2));
  }
}
