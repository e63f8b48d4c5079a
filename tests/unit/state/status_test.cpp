// What `operation status` says, for each way in which an operation can stand or end.
#include "state/operations/status.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/unit/state/fixture.hpp"

using namespace state_test;
using Catch::Contains;
using state::EnvironmentState;

namespace {

struct Told : Fixture {
  // One paragraph, always.
  std::string text() {
    const std::string text = state::describe(state::read_status(file), clock);
    CHECK(std::count(text.begin(), text.end(), '\n') == 0);
    return text;
  }

  struct Restore {
    std::string target;
    state::Claim claim;
    std::string safety;
  };
  // Up to the step prove.
  Restore restore() {
    const auto target = backup();
    const auto claim = begin(restore_request(target));
    const auto safety = prepare_restore(claim, target);
    replace(claim, target, false);
    return {target, claim, safety};
  }
};

}  // namespace

TEST_CASE("status before anything has run") {
  CHECK(Told().text() == "environment 'athena' is live. no operation has run yet.");
}

TEST_CASE("status of a build that ended early says where") {
  Told at;
  at.finish(at.begin(backup_request()));
  CHECK_THAT(at.text(), Contains("last: backup by http://jenkins/b/1/ (asked for by anna)") &&
                            Contains(", aborted 2026-") &&
                            Contains("ended after begin before all steps had run"));
}

TEST_CASE("status of an operation that runs, and of one that nobody has heard of") {
  Told at;
  at.begin(backup_request());
  at.clock.move(20 * kMinuteMs);
  CHECK_THAT(at.text(), Contains("running: backup by http://jenkins/b/1/ (asked for by anna)") &&
                            Contains("no step is at work, last heard of 20m 00s ago") &&
                            Contains("`operation reconcile` clears up"));
}

TEST_CASE("status of a backup that succeeded names its archive") {
  Told at;
  const auto id = at.backup();
  CHECK_THAT(at.text(), Contains("succeeded 2026-11-23T") && Contains("archive " + id) &&
                            !Contains("start restore-environment"));
}

TEST_CASE("status of a backup that failed says which step and why") {
  Told at;
  const auto claim = at.begin(backup_request());
  at.fail_step(claim, "preflight", 13);
  at.finish(claim);
  CHECK_THAT(at.text(), Contains("failed") && Contains("preflight failed: it broke"));
}

TEST_CASE("status of an operation that was interrupted or given up says so") {
  Told at;
  at.begin(backup_request());
  at.clock.move(kDayMs);
  REQUIRE(state::interrupt_if_dead(at.file, at.rules));
  CHECK_THAT(at.text(), Contains("interrupted") && Contains("its build or its machine ended"));
  at.begin(backup_request("http://jenkins/b/2/"));
  state::abandon_operation(at.file, "the agent burnt", "anna");
  CHECK_THAT(at.text(), Contains("the agent burnt"));
}

TEST_CASE("status of a restore that was restored") {
  Told at;
  const auto begun = at.restore();
  at.prove(begun.claim, false);
  at.step(begun.claim, "apply");
  at.step(begun.claim, "maintenance off",
          [&] { state::release_maintenance(at.file, begun.claim); });
  at.finish(begun.claim);
  CHECK_THAT(at.text(), Contains("is live. ") && Contains("succeeded") &&
                            Contains("archive " + begun.safety + ", ended as restored."));
}

TEST_CASE("status of a restore that was rolled back says why and to what") {
  Told at;
  const auto begun = at.restore();
  at.fail_step(begun.claim, "prove", 15);
  at.replace(begun.claim, begun.safety, true);
  at.prove(begun.claim, true);
  at.finish(begun.claim);
  CHECK_THAT(at.text(), Contains("is live. ") &&
                            Contains("ended as rolled_back: prove failed: it broke; rolled back "
                                     "to " +
                                     begun.safety));
}

TEST_CASE("status of a closed environment names the button, and the way back") {
  Told at;
  const auto begun = at.restore();
  at.finish(begun.claim);
  CHECK_THAT(at.text(), Contains("is restored (" + begun.target + "): users stay out") &&
                            Contains("start restore-environment with BackupId " + begun.target +
                                     " to finish it, or with " + begun.safety +
                                     " to go back to the state before it; what AllowMissing left "
                                     "out of that one is then named in SkipResources") &&
                            Contains("ended as closed"));
}

TEST_CASE("status after a roll-back that failed says so and names the button") {
  Told at;
  const auto begun = at.restore();
  at.fail_step(begun.claim, "prove", 15);
  at.step(
      begun.claim, "destroy",
      [&] {
        state::set_state(at.file, begun.claim, EnvironmentState::kDestroying, {"mysql"},
                         begun.safety);
      },
      true);
  at.finish(begun.claim);
  CHECK_THAT(at.text(), Contains("ended as closed") &&
                            Contains("and the roll-back did not complete") &&
                            Contains("start restore-environment with BackupId " + begun.safety));
}

TEST_CASE("status of an environment that a person declared live says who and why") {
  Told at;
  const auto begun = at.restore();
  at.finish(begun.claim);
  at.clock.move(kMinuteMs);
  state::declare_live(at.file, "looked at every table", "anna");
  CHECK_THAT(at.text(), Contains("is live. ") && Contains("ended as closed") &&
                            Contains("since then anna declared it live as it stands: ") &&
                            Contains("looked at every table"));
  at.clock.move(kMinuteMs);
  at.backup("http://jenkins/b/2/");
  CHECK_THAT(at.text(), !Contains("declared"));
}

TEST_CASE("status says when maintenance was not returned") {
  Told at;
  const auto claim = at.begin(backup_request());
  at.step(claim, "maintenance on", [&] { state::own_maintenance(at.file, claim, false); });
  at.finish(claim);
  CHECK_THAT(at.text(), Contains("maintenance was not returned: run `operation reconcile`."));
}
