#include "operation/request.hpp"

#include <cstdlib>
#include <ctime>

#include <catch2/catch.hpp>

#include "core/error.hpp"

TEST_CASE("AllowMissing and SkipResources are read as names with reasons") {
  const auto reasons =
      operation::parse_reasons(" elasticsearch: dead: since Monday ; firebase:x;; mysql");
  CHECK(reasons == std::map<std::string, std::string>{
                       {"elasticsearch", "dead: since Monday"}, {"firebase", "x"}, {"mysql", ""}});
  CHECK(operation::parse_reasons("  ").empty());
}

TEST_CASE("FreshServer and AcceptNoSafety are reasons, and no is no") {
  CHECK(operation::parse_reason("FreshServer", "  the old server burnt ") ==
        "the old server burnt");
  CHECK(operation::parse_reason("FreshServer", "").empty());
  CHECK(operation::parse_reason("FreshServer", "false").empty());
  CHECK_THROWS_AS(operation::parse_reason("FreshServer", "true"), core::Error);
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

TEST_CASE("a timer is told from a person, with parameters and without") {
  CHECK(operation::started_by_timer(
      R"([{"_class":"hudson.triggers.TimerTrigger$TimerTriggerCause"}])"));
  CHECK(operation::started_by_timer(
      R"([{"_class":"org.jenkinsci.plugins.parameterizedscheduler.ParameterizedTimerTriggerCause"}])"));
  CHECK_FALSE(operation::started_by_timer(
      R"([{"_class":"hudson.model.Cause$UserIdCause","shortDescription":"TimerTriggerCause"}])"));
  CHECK_FALSE(operation::started_by_timer(""));
}

TEST_CASE("the day of a nightly backup is that of the server's time zone") {
  const auto in_zone = [](const char* zone, std::int64_t now_ms) {
    ::setenv("TZ", zone, 1);
    ::tzset();
    return operation::nightly_request_id(now_ms);
  };
  constexpr std::int64_t kHalfPastTenUtc = 1'795'473'000'000;  // 2026-11-23T22:30:00Z
  CHECK(in_zone("UTC", kHalfPastTenUtc) == "nightly 2026-11-23");
  CHECK(in_zone("EST5", kHalfPastTenUtc) == "nightly 2026-11-23");
  CHECK(in_zone("CET-2", kHalfPastTenUtc) == "nightly 2026-11-24");
  ::unsetenv("TZ");
  ::tzset();
}
