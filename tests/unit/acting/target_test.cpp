#include "acting/target.hpp"

#include <catch2/catch.hpp>

using state::EnvironmentState;

namespace {

constexpr const char* kArchive = "athena-20261101T010000Z-aaaaaa";

}  // namespace

TEST_CASE("what an interrupted restore destroyed must come back, or be named as an exception") {
  const std::map<std::string, EnvironmentState> recorded{{"deployment", EnvironmentState::kLive},
                                                         {"images", EnvironmentState::kRestored},
                                                         {"mysql", EnvironmentState::kDestroyed}};
  resources::Selection selection;
  selection.act_on = {"images"};
  const auto found = acting::ruins_left(recorded, selection, {}, kArchive);
  REQUIRE(found.size() == 1);
  CHECK(found.front().blocking);
  CHECK(found.front().code == core::ExitCode::kPrecondition);
  CHECK_THAT(found.front().message, Catch::StartsWith("mysql is destroyed"));
  CHECK_THAT(found.front().hint, Catch::Contains("SkipResources"));
  CHECK(acting::ruins_left(recorded, selection, {"mysql"}, kArchive).empty());
  selection.act_on.emplace_back("mysql");
  CHECK(acting::ruins_left(recorded, selection, {}, kArchive).empty());
}
