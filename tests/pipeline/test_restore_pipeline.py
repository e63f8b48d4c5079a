"""Jenkinsfile.restore, job restore-environment, on steps that the test makes up."""

from __future__ import annotations

import re

import pytest
from jenkins import ROOT

BEFORE_DESTROY = ["operation begin --kind restore", "preflight", "verify --which target", "stage", "maintenance on", "snapshot",
                  "verify --which snapshot"]
REPLACING = ["destroy", "restore", "prove", "apply"]
ROLL_BACK = ["destroy --rollback", "restore --rollback", "prove --rollback", "apply --rollback"]


def restore(jenkins, **parameters):
    return jenkins.run("Jenkinsfile.restore", BackupId="athena-1", **parameters)


def test_a_restore_runs_its_steps_in_order_and_finishes(jenkins):
    build = restore(jenkins)
    assert jenkins.steps.calls == [*BEFORE_DESTROY, *REPLACING, "maintenance off", "operation finish"]
    assert (build.exit_code, build.result) == (0, "SUCCESS")
    assert build.summary.endswith("athena-test: restore of athena-1; safety archive athena-2")


def test_the_parameters_reach_begin_by_the_environment(jenkins):
    restore(jenkins, AllowMissing="elasticsearch", SkipResources="firebase", FreshServer="a new machine")
    given = jenkins.steps.environment("operation begin --kind restore")
    assert given["BackupId"] == "athena-1"
    assert (given["AllowMissing"], given["SkipResources"]) == ("elasticsearch", "firebase")
    assert (given["FreshServer"], given["AcceptNoSafety"]) == ("a new machine", "")
    assert given["RollbackOnFailure"] == "true"


def test_an_empty_backup_id_reaches_begin_and_its_refusal_ends_the_build(jenkins):
    jenkins.steps.fails("operation begin --kind restore", 2, "refused", "BackupId is empty")
    build = jenkins.run("Jenkinsfile.restore")
    assert jenkins.steps.environment("operation begin --kind restore")["BackupId"] == ""
    assert jenkins.steps.calls == ["operation begin --kind restore", "operation finish"]
    assert build.result == "FAILURE"


@pytest.mark.parametrize("failing", BEFORE_DESTROY[1:])
def test_a_failure_before_destroy_is_not_rolled_back(jenkins, failing):
    jenkins.steps.fails(failing)
    build = restore(jenkins)
    assert jenkins.steps.calls == [*BEFORE_DESTROY[: BEFORE_DESTROY.index(failing) + 1], "operation finish"]
    assert build.result == "FAILURE"


@pytest.mark.parametrize("failing", REPLACING)
def test_a_step_that_fails_after_destroy_began_is_rolled_back_and_the_build_stays_red(jenkins, failing):
    jenkins.steps.fails(failing)
    build = restore(jenkins)
    ran = REPLACING[: REPLACING.index(failing) + 1]
    assert jenkins.steps.calls == [*BEFORE_DESTROY, *ran, *ROLL_BACK, "operation finish"]
    assert (build.exit_code, build.result) == (1, "FAILURE")
    assert f"ERROR: {failing} failed with exit code 15: a checksum differs; hint: look at the log" in build.lines


@pytest.mark.parametrize("failing", REPLACING)
def test_without_rollback_on_failure_the_environment_stays_as_it_is(jenkins, failing):
    jenkins.steps.fails(failing)
    build = restore(jenkins, RollbackOnFailure="false")
    assert jenkins.steps.calls == [*BEFORE_DESTROY, *REPLACING[: REPLACING.index(failing) + 1], "operation finish"]
    assert build.result == "FAILURE"


@pytest.mark.parametrize("stopped", REPLACING)
def test_an_abort_is_never_rolled_back(jenkins, stopped):
    jenkins.steps.plan(stopped, seconds=60)
    build = jenkins.abort_during(stopped, "Jenkinsfile.restore", BackupId="athena-1")
    ran = REPLACING[: REPLACING.index(stopped) + 1]
    assert jenkins.steps.calls == [*BEFORE_DESTROY, *ran, f"{stopped} stopped", "operation finish"]
    assert (build.exit_code, build.result) == (143, "ABORTED")


@pytest.mark.parametrize(("code", "plan"), [
    (137, {"result": "no"}),
    (143, {"outcome": "aborted", "message": "ended by signal 15"}),
    (18, {"outcome": "refused", "message": "another operation has taken over"})])
def test_a_killed_or_refused_step_is_never_rolled_back(jenkins, code, plan):
    jenkins.steps.plan("restore", code=code, **plan)
    build = restore(jenkins)
    assert jenkins.steps.calls == [*BEFORE_DESTROY, "destroy", "restore", "operation finish"]
    assert build.result == "FAILURE"


def test_an_abort_of_the_roll_back_ends_it_and_finishes(jenkins):
    jenkins.steps.fails("prove")
    jenkins.steps.plan("restore --rollback", seconds=60)
    build = jenkins.abort_during("restore --rollback", "Jenkinsfile.restore", BackupId="athena-1")
    assert jenkins.steps.calls[-3:] == ["restore --rollback", "restore --rollback stopped", "operation finish"]
    assert (build.exit_code, build.result) == (143, "ABORTED")


def test_a_failed_roll_back_ends_there_and_finishes(jenkins):
    jenkins.steps.fails("restore")
    jenkins.steps.fails("restore --rollback", 13, message="the server does not answer")
    build = restore(jenkins)
    assert jenkins.steps.calls == [*BEFORE_DESTROY, "destroy", "restore", "destroy --rollback", "restore --rollback",
                                   "operation finish"]
    assert build.result == "FAILURE"
    assert build.summary.endswith("the server does not answer")


def test_the_list_of_builds_says_how_to_end_a_restore_that_left_the_environment_closed(jenkins):
    jenkins.steps.plan("restore", code=137, result="no")
    jenkins.steps.plan("operation finish", more=',"environment_state":"restoring","way_out":"start it again"')
    assert restore(jenkins).summary.endswith("restore wrote no result; start it again")


def test_the_list_of_builds_tells_the_whole_story_of_a_restore(jenkins):
    jenkins.steps.plan("operation finish", more=',"operation_outcome":"succeeded","way_out":""')
    assert restore(jenkins, Description="a bad afternoon").summary.endswith(
        "athena-test: restore of athena-1: a bad afternoon; safety archive athena-2; succeeded")


def test_the_list_of_builds_says_that_a_restore_was_rolled_back(jenkins):
    jenkins.steps.fails("restore", message="mysql is gone")
    jenkins.steps.plan("operation finish", more=',"operation_outcome":"failed","ended_as":"rolled_back","way_out":""')
    assert restore(jenkins).summary.endswith("mysql is gone; rolled back to the state before")


def test_a_proof_that_failed_is_kept_as_a_test_report_and_the_build_is_red_not_yellow(jenkins):
    jenkins.steps.fails("prove")
    with (jenkins.steps.home / "plan of prove").open("a") as plan:
        plan.write("report='<testsuite><testcase name=\"mysql\"><failure/></testcase></testsuite>'\n")
    build = restore(jenkins)
    assert build.result == "FAILURE"
    assert jenkins.kept("tests") == ["prove.xml"]
    assert "prove.xml" in jenkins.kept("archive")


def test_a_failed_maintenance_off_is_not_rolled_back(jenkins):
    jenkins.steps.fails("maintenance off")
    build = restore(jenkins)
    assert jenkins.steps.calls == [*BEFORE_DESTROY, *REPLACING, "maintenance off", "operation finish"]
    assert build.result == "FAILURE"


def test_a_replay_may_delete_a_stage_and_the_steps_are_left_to_refuse_it(jenkins):
    text = (ROOT / "Jenkinsfile.restore").read_text()
    deleted = re.sub(r" +stage\('Maintenance on'\) \{.*?\n        \}\n", "", text, flags=re.DOTALL)
    assert deleted != text
    build = jenkins.run(jenkins.pipeline(deleted), "--cause", "replay:3", BackupId="athena-1")
    assert build.result == "SUCCESS"
    assert "maintenance on" not in jenkins.steps.calls
