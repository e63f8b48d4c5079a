#include "operation/request.hpp"

#include <catch2/catch.hpp>

TEST_CASE("AllowMissing is read as names with reasons") {
  const auto reasons =
      operation::parse_allow_missing(" elasticsearch: dead: since Monday ; firebase:x;; mysql");
  CHECK(reasons == std::map<std::string, std::string>{
                       {"elasticsearch", "dead: since Monday"}, {"firebase", "x"}, {"mysql", ""}});
  CHECK(operation::parse_allow_missing("  ").empty());
}

TEST_CASE("SkipResources is read as names, each once, in any order") {
  CHECK(operation::parse_names("mysql, firebase;mysql") ==
        std::vector<std::string>{"firebase", "mysql"});
  CHECK(operation::parse_names("").empty());
}

TEST_CASE("a replay or rebuild names its original, any other cause names none") {
  CHECK(operation::replayed_build(
            R"([{"_class":"hudson.model.Cause$UserIdCause","shortDescription":"Started by user"},
                {"_class":"org.jenkinsci.plugins.workflow.cps.replay.ReplayCause",
                 "shortDescription":"Replayed #12"}])") == "Replayed #12");
  CHECK(operation::replayed_build(R"([{"_class":"com.sonyericsson.rebuild.RebuildCause"}])") ==
        "an earlier build");
  CHECK(
      operation::replayed_build(R"([{"_class":"hudson.triggers.TimerTrigger$TimerTriggerCause"}])")
          .empty());
  CHECK(operation::replayed_build("").empty());
}
