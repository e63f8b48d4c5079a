"""The `prune` step: the plan, the run, its order and its guards."""

from __future__ import annotations

import json
import time

import pytest

from support.deployment import Deployment

BUILD = "http://jenkins/job/backup-environment/1/"
DAY_MS = 86_400_000


def backup_id(number):
    return f"athena-20260101T010000Z-{number:06x}"


def put(deployment, number, days_old, verified=True, status="complete"):
    name = backup_id(number)
    created = int(time.time() * 1000) - days_old * DAY_MS - 1000
    deployment.write(
        "INSERT INTO archives (backup_id, operation_id, kind, description, requested_by, status, "
        "created_ms, verified_ms) VALUES (?, 'op', 'backup', '', '', ?, ?, ?)",
        name, status, created, created if verified else None)
    for tail in (".tar", ".json"):
        (deployment.archives / (name + tail)).write_text("x")
    return name


def exists(deployment, name):
    return (deployment.archives / f"{name}.tar").exists()


@pytest.fixture
def deployment(tmp_path, bin_dir):
    """A running backup whose own archive is verified: prune may run."""
    made = Deployment(tmp_path, bin_dir)
    made.operation = made.begin(BUILD_URL=BUILD).result["operation_id"]
    own = put(made, 0, 0)
    made.write("UPDATE operations SET snapshot_archive = ?, snapshot_verified = 1", own)
    for number, days in enumerate((1, 2, 3, 59, 61, 100), start=1):
        put(made, number, days)
    return made


def prune(deployment, *arguments):
    return deployment.run("prune", *arguments, OPERATION_ID=deployment.operation)


def test_the_dry_run_prints_the_plan_and_changes_nothing(deployment):
    before = deployment.rows("SELECT * FROM archives")
    planned = deployment.run("prune", "--dry-run")
    assert planned.code == 0
    assert f"keep   {backup_id(4)}  younger than 60 days" in planned.out
    assert f"remove {backup_id(5)}  61 days old, no rule keeps it" in planned.out
    assert "2 of 7 archives go" in planned.out
    assert deployment.rows("SELECT * FROM archives") == before
    assert all(exists(deployment, backup_id(n)) for n in range(7))


def test_the_run_carries_out_the_plan_of_the_dry_run(deployment):
    planned = deployment.run("prune", "--dry-run").out
    ran = prune(deployment)
    assert ran.code == 0, ran
    assert planned in ran.out
    assert ran.result["removed"] == [backup_id(6), backup_id(5)]
    assert [exists(deployment, backup_id(n)) for n in range(7)] == [True] * 5 + [False] * 2
    assert not (deployment.archives / f"{backup_id(6)}.json").exists()
    assert deployment.rows("SELECT count(*) FROM archives WHERE status = 'pruned'") == [(2,)]
    assert "0 of 5 archives go" in prune(deployment).out


def test_what_a_killed_prune_left_over_goes_with_the_next(deployment):
    left = put(deployment, 9, 300, status="pruned")
    assert prune(deployment).code == 0
    assert not exists(deployment, left)


def test_orphans_are_listed_and_stay(deployment):
    (deployment.archives / f"{backup_id(99)}.tar").write_text("nobody knows")
    ran = prune(deployment)
    assert f"orphan {backup_id(99)}" in ran.out
    assert exists(deployment, backup_id(99))


def test_a_pinned_archive_stays(deployment):
    assert deployment.run("catalogue", "pin", "--reason", "audit", BackupId=backup_id(6)).code == 0
    assert prune(deployment).code == 0
    assert exists(deployment, backup_id(6)) and not exists(deployment, backup_id(5))


@pytest.mark.parametrize("change", [
    "UPDATE operations SET kind = 'restore'",
    "UPDATE operations SET snapshot_verified = 0",
    "UPDATE operations SET snapshot_archive = ''",
    "UPDATE operations SET outcome = 'failed'",
    "UPDATE operations SET clock_jump = 1",
])
def test_prune_refuses_what_the_recorded_state_does_not_allow(deployment, change):
    deployment.write(change)
    assert prune(deployment).code == 18
    assert exists(deployment, backup_id(6))


def test_prune_without_an_operation_is_refused_while_one_runs(deployment):
    refused = deployment.run("prune")
    assert refused.code == 11 and BUILD in refused.err
    assert exists(deployment, backup_id(6))


def test_prune_without_an_operation_carries_out_the_same_plan(deployment):
    assert deployment.run("operation", "finish", BUILD_URL=BUILD).code == 0
    ran = deployment.run("prune", REQUESTED_BY="anna")
    assert ran.code == 0, ran
    assert ran.result["removed"] == [backup_id(6), backup_id(5)]
    assert [exists(deployment, backup_id(n)) for n in range(7)] == [True] * 5 + [False] * 2
    assert deployment.rows("SELECT who FROM audit WHERE what LIKE 'pruned %'") == [("anna",)] * 2


def test_after_a_jump_of_the_clock_nothing_is_pruned_until_a_person_confirms(tmp_path, bin_dir):
    deployment = Deployment(tmp_path, bin_dir)
    deployment.begin(BUILD_URL=BUILD)
    deployment.run("operation", "finish", BUILD_URL=BUILD)
    deployment.write("UPDATE environment SET newest_time_ms = newest_time_ms - ?", 40 * DAY_MS)

    def begin_and_prune():
        deployment.operation = deployment.begin(BUILD_URL=BUILD).result["operation_id"]
        own = put(deployment, int(time.monotonic() * 1000) % 0xffffff, 0)
        deployment.write("UPDATE operations SET snapshot_archive = ?, snapshot_verified = 1 "
                         "WHERE outcome = 'running'", own)
        pruned = prune(deployment)
        deployment.run("operation", "finish", BUILD_URL=BUILD)
        return pruned

    put(deployment, 1, 100)
    refused = begin_and_prune()
    assert refused.code == 18 and "clock has jumped" in refused.err
    assert begin_and_prune().code == 18
    assert deployment.run("prune", "--confirm-clock").code == 0
    assert begin_and_prune().code == 0


def test_the_retention_of_environment_json_is_used(tmp_path, bin_dir):
    deployment = Deployment(tmp_path, bin_dir,
                            retention={"keep_days": 10, "min_verified": 1, "keep_last": 2})
    deployment.begin(BUILD_URL=BUILD)
    for number, days in enumerate((1, 20, 30)):
        put(deployment, number, days)
    out = deployment.run("prune", "--dry-run").out
    assert f"keep   {backup_id(1)}  one of the last 2" in out
    assert f"remove {backup_id(2)}" in out
    assert json.loads(deployment.environment_file.read_text())["retention"]["keep_days"] == 10
