"""What may go wrong around a build ends in a state that is allowed, with words for people."""

from __future__ import annotations

import re
import uuid

import pytest
from conftest import ROOT

LONG = pytest.mark.long
BACKUP_STEPS = [pytest.param(step, marks=[] if step == "snapshot" else LONG)
                for step in ("preflight", "maintenance on", "snapshot", "maintenance off", "verify", "prune")]
RESTORE_STEPS = [pytest.param(step, marks=[] if step == "restore" else LONG)
                 for step in ("preflight", "verify", "maintenance on", "snapshot", "destroy", "restore", "prove",
                              "apply", "maintenance off")]
BEFORE_THE_FIRST_CHANGE = ("preflight", "verify", "maintenance on", "snapshot", "destroy")


@pytest.mark.parametrize("step", BACKUP_STEPS)
def test_a_backup_that_is_stopped_leaves_the_environment_open(site, step):
    before = site.sample.fingerprints()
    with site.gates.closed(step):
        build = site.start("backup-environment", Description="to be stopped")
        site.gates.wait(step)
        build.stop()
        assert build.wait().result == "ABORTED"
    site.check_allowed(build)
    assert site.status()["state"] == "live"
    assert site.sample.fingerprints() == before
    assert site.run("backup-environment").result == "SUCCESS"


@pytest.mark.parametrize("step", RESTORE_STEPS)
def test_a_restore_that_is_stopped_is_open_or_closed_and_the_same_restore_ends_it(site, step):
    archive = site.archive()
    before = site.sample.fingerprints()
    with site.gates.closed(step):
        build = site.start("restore-environment", BackupId=archive)
        site.gates.wait(step)
        build.stop()
        assert build.wait().result == "ABORTED"
    site.check_allowed(build)
    if step in BEFORE_THE_FIRST_CHANGE:
        assert site.status()["state"] == "live"
    if site.status()["state"] != "live":
        refused = site.run("backup-environment")
        assert refused.result == "FAILURE" and "restore-environment" in refused.log
    again = site.run("restore-environment", BackupId=archive)
    assert again.result == "SUCCESS", again.log[-6000:]
    site.check_allowed(again)
    assert site.sample.fingerprints() == before


def without(text: str, stage: str) -> str:
    edited = re.sub(rf" +stage\('{stage}'\) {{.*?\n        }}\n", "", text, flags=re.DOTALL)
    assert edited != text
    return edited


def swapped(text: str, first: str, second: str) -> str:
    blocks = [re.search(rf" +stage\('{name}'\) {{.*?\n        }}\n", text, re.DOTALL).group(0) for name in (first, second)]
    return text.replace(blocks[0], "@first").replace(blocks[1], blocks[0]).replace("@first", blocks[1])


@pytest.fixture(scope="module")
def restored(site, backup_id):
    """A good restore, to be replayed with other stages."""
    build = site.run("restore-environment", BackupId=backup_id)
    assert build.result == "SUCCESS", build.log[-6000:]
    return build


def check_refused(site, build, text: str, refusing: str) -> None:
    """The edited pipeline fails at `refusing` with exit code 18, and live data stays as it is."""
    before = site.sample.fingerprints()
    replayed = build.replay(text).wait()
    assert replayed.result == "FAILURE"
    assert f"{refusing} failed with exit code 18" in replayed.log
    site.check_allowed(replayed)
    assert site.status()["state"] == "live"
    assert site.sample.fingerprints() == before


@pytest.mark.parametrize(("stage", "refusing"), [
    ("Maintenance on", "snapshot"), pytest.param("Verify target", "stage", marks=LONG),
    pytest.param("Snapshot", "verify --which snapshot", marks=LONG), pytest.param("Verify safety", "destroy", marks=LONG),
    pytest.param("Destroy", "restore", marks=LONG)])
def test_a_replay_without_a_stage_is_refused_and_changes_nothing(site, restored, stage, refusing):
    check_refused(site, restored, without((ROOT / "Jenkinsfile.restore").read_text(), stage), refusing)


@pytest.mark.parametrize(("first", "second", "refusing"), [
    ("Verify safety", "Destroy", "destroy"), pytest.param("Destroy", "Restore", "restore", marks=LONG),
    pytest.param("Maintenance on", "Snapshot", "snapshot", marks=LONG)])
def test_a_replay_with_stages_in_another_order_is_refused_and_changes_nothing(site, restored, first, second, refusing):
    check_refused(site, restored, swapped((ROOT / "Jenkinsfile.restore").read_text(), first, second), refusing)


def test_of_two_jobs_started_at_once_one_runs_and_the_other_names_it(site, backup_id):
    builds = [site.controller.ask(job, Environment=site.sample.name, **parameters) for job, parameters in
              (("backup-environment", {}), ("restore-environment", {"BackupId": backup_id}))]
    started = [site.controller.started(job, asked)
               for job, asked in zip(("backup-environment", "restore-environment"), builds)]
    results = {build.wait().result: build for build in started}
    assert set(results) == {"SUCCESS", "FAILURE"}
    assert results["SUCCESS"].url in results["FAILURE"].description
    site.check_allowed(results["SUCCESS"])


@pytest.mark.parametrize("triggers", [6, pytest.param(50, marks=LONG)])
def test_of_many_queued_triggers_one_runs_and_every_other_one_fails_with_a_reason(site, triggers):
    count = len(site.sample.backup_ids())
    with site.gates.closed("snapshot"):
        asked = [site.controller.ask("backup-environment", Environment=site.sample.name, RequestId=str(uuid.uuid4()))
                 for _ in range(triggers)]
        site.gates.wait("snapshot")
    builds = [site.controller.started("backup-environment", answer) for answer in asked]
    results = [build.wait().result for build in builds]
    assert sorted(set(results)) == ["FAILURE", "SUCCESS"]
    assert results.count("SUCCESS") == 1
    assert len(site.sample.backup_ids()) == count + 1
    winner = builds[results.index("SUCCESS")]
    for build in builds:
        assert build is winner or winner.url in build.description


def test_an_identical_request_that_waits_in_the_queue_is_not_asked_twice(site):
    """Jenkins merges the two (303); with a RequestId of its own each is a build."""
    with site.gates.closed("preflight"):
        first = site.start("backup-environment")
        site.gates.wait("preflight")
        answers = [site.controller.ask("backup-environment", Environment=site.sample.name, RequestId=f"r-{uuid.uuid4()}")
                   for _ in range(2)]
        assert [answer.status for answer in answers] == [201, 201]
    first.wait()
    for answer in answers:
        site.controller.started("backup-environment", answer).wait()


# --- what only a real controller can show ---

@pytest.fixture
def real_site(real_controller, site):
    return site


def test_a_backup_goes_on_when_its_agent_comes_back(real_site):
    with real_site.gates.closed("snapshot"):
        build = real_site.start("backup-environment")
        real_site.gates.wait("snapshot")
        real_site.host.stop_agent()
        real_site.host.start_agent()
    assert build.wait().result == "SUCCESS", build.log[-3000:]
    real_site.check_allowed(build)


def test_a_backup_goes_on_when_the_controller_was_restarted_midway(real_site):
    with real_site.gates.closed("snapshot"):
        build = real_site.start("backup-environment")
        real_site.gates.wait("snapshot")
        real_site.host.restart_controller()
    assert build.wait().result == "SUCCESS", build.log[-3000:]
    real_site.check_allowed(build)


def test_what_a_lost_agent_left_is_cleared_up_by_reconcile(real_site, backup_id):
    """The step dies with its agent; the build is stopped, and the server is back later."""
    with real_site.gates.closed("snapshot"):
        build = real_site.start("backup-environment")
        real_site.gates.wait("snapshot")
        real_site.host.stop_agent()
        build.stop()
    real_site.host.start_agent()
    build.wait()
    assert build.result in ("ABORTED", "FAILURE")
    assert real_site.run("reconcile-environment").result == "SUCCESS"
    assert real_site.status()["state"] == "live"
