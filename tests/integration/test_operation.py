"""The `operation` step as the Jenkinsfiles call it."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from support.deployment import Deployment

ONE = "http://jenkins/job/backup-environment/1/"
TWO = "http://jenkins/job/restore-environment/2/"


@pytest.fixture
def deployment(tmp_path, bin_dir):
    return Deployment(tmp_path, bin_dir)


def put_archive(deployment, suffix="aaaaaa", status="complete"):
    """A catalogue row and a file, as a finished backup leaves them."""
    backup_id = f"athena-20261101T010000Z-{suffix}"
    deployment.write(
        "INSERT INTO archives (backup_id, operation_id, kind, description, requested_by, status, "
        "created_ms, verified_ms) VALUES (?, 'op', 'backup', '', '', ?, 1793494800000, 1)",
        backup_id, status)
    (deployment.archives / f"{backup_id}.tar").write_text("not read by begin")
    return backup_id


def began_once(deployment):
    assert deployment.begin(BUILD_URL="http://jenkins/0/").code == 0
    assert deployment.run("operation", "finish", BUILD_URL="http://jenkins/0/").code == 0


def test_begin_gives_an_id_and_finish_ends_it(deployment):
    begun = deployment.begin(BUILD_URL=ONE, Description="before the release", REQUESTED_BY="anna")
    assert begun.code == 0, begun
    assert begun.result["outcome"] == "ok"
    operation_id = begun.result["operation_id"]
    finished = deployment.run("operation", "finish", OPERATION_ID=operation_id, BUILD_URL=ONE)
    assert finished.code == 0
    assert finished.result["operation_outcome"] == "aborted"
    again = deployment.run("operation", "finish", OPERATION_ID=operation_id, BUILD_URL=ONE)
    assert again.code == 0 and "operation_outcome" not in again.result


@pytest.mark.parametrize("first", ["backup", "restore"])
@pytest.mark.parametrize("second", ["backup", "restore"])
def test_all_four_combinations_are_refused_and_name_the_holder(deployment, first, second):
    began_once(deployment)
    backup_id = put_archive(deployment)
    assert deployment.begin(first, BUILD_URL=ONE, BackupId=backup_id, REQUESTED_BY="anna").code == 0
    refused = deployment.begin(second, BUILD_URL=TWO, BackupId=backup_id)
    assert refused.code == 11
    assert refused.result["outcome"] == "refused"
    for word in (f"{first} by {ONE}", "anna", "phase begin", "since 20"):
        assert word in refused.err
    assert deployment.run("operation", "finish", BUILD_URL=TWO).code == 0
    assert deployment.rows("SELECT build_url FROM operations WHERE outcome = 'running'") == [(ONE,)]


@pytest.mark.parametrize("backup_id, code", [
    ("", 2), ("; rm -rf /", 2), ("../../etc/passwd", 2), ("athena-20261101T010000Z-ffffff", 10),
    ("zeus-20261101T010000Z-aaaaaa", 10)])
def test_a_wrong_backup_id_begins_nothing(deployment, backup_id, code):
    began_once(deployment)
    refused = deployment.begin("restore", BUILD_URL=TWO, BackupId=backup_id)
    assert refused.code == code, refused
    assert "hint: " in refused.err
    assert deployment.rows("SELECT count(*) FROM operations") == [(1,)]


def test_an_archive_whose_file_is_gone_is_not_begun(deployment):
    began_once(deployment)
    backup_id = put_archive(deployment)
    (deployment.archives / f"{backup_id}.tar").unlink()
    refused = deployment.begin("restore", BUILD_URL=TWO, BackupId=backup_id)
    assert refused.code == 10 and "its file is gone" in refused.err


def test_a_build_that_waited_in_the_queue_is_refused(deployment):
    began_once(deployment)
    refused = deployment.begin(BUILD_URL=TWO, BUILD_SCHEDULED_AT="1700000000000")
    assert refused.code == 11 and "when this build was asked for" in refused.err


def test_the_same_request_id_is_done_once(deployment):
    begun = deployment.begin(BUILD_URL=ONE, RequestId="app-7")
    deployment.run("operation", "finish", BUILD_URL=ONE)
    assert deployment.begin(BUILD_URL=TWO, RequestId="app-7").code == 18
    deployment.write("UPDATE operations SET outcome = 'succeeded', snapshot_archive = 'athena-x' "
                     "WHERE id = ?", begun.result["operation_id"])
    done = deployment.begin(BUILD_URL=TWO, RequestId="app-7")
    assert done.code == 0
    assert done.result["outcome"] == "already_done"
    assert done.result["backup_id"] == "athena-x"
    assert deployment.begin(BUILD_URL=TWO, RequestId="app-7", Description="x").code == 2
    cause = json.dumps([{"_class": "org.jenkinsci.plugins.workflow.cps.replay.ReplayCause",
                         "shortDescription": "Replayed #1"}])
    replay = deployment.begin(BUILD_URL=TWO, RequestId="app-7", BUILD_CAUSE=cause)
    assert replay.code == 0 and replay.result["outcome"] == "ok"
    assert deployment.rows("SELECT replay_of FROM operations WHERE outcome = 'running'") == [
        ("Replayed #1",)]


def test_allow_missing_takes_configured_names_with_a_reason(deployment):
    assert deployment.begin(AllowMissing="elastic").code == 2
    assert deployment.begin(AllowMissing="config_local").code == 2
    assert deployment.begin(AllowMissing="config_local: disk broken").code == 0
    assert deployment.rows("SELECT resource, reason FROM operation_exceptions") == [
        ("config_local", "disk broken")]


def test_status_says_who_holds_and_what_happened(deployment):
    assert deployment.run("operation", "status").code == 10
    deployment.begin(BUILD_URL=ONE, REQUESTED_BY="anna")
    status = deployment.run("operation", "status")
    assert status.code == 0
    assert f"running: backup by {ONE} (asked for by anna)" in status.out
    deployment.run("operation", "finish", BUILD_URL=ONE)
    as_json = json.loads(deployment.run("operation", "status", "--json", "--quiet").out)
    assert as_json["state"] == "live"
    assert as_json["operation"]["outcome"] == "aborted"


def test_abandon_frees_the_environment(deployment):
    deployment.begin(BUILD_URL=ONE)
    assert deployment.run("operation", "abandon").code == 2
    assert deployment.run("operation", "abandon", "--reason", "agent lost").code == 0
    assert deployment.begin(BUILD_URL=TWO).code == 0


def test_a_dead_operation_is_taken_over_and_a_live_one_is_not(deployment):
    deployment.begin(BUILD_URL=ONE)
    minutes = 60_000
    deployment.write("UPDATE operations SET heartbeat_boottime_ms = heartbeat_boottime_ms - ?, "
                     "heartbeat_ms = heartbeat_ms - ?", 29 * minutes, 29 * minutes)
    assert deployment.begin(BUILD_URL=TWO).code == 11
    deployment.write("UPDATE operations SET heartbeat_boottime_ms = heartbeat_boottime_ms - ?, "
                     "heartbeat_ms = heartbeat_ms - ?", 2 * minutes, 2 * minutes)
    assert deployment.begin(BUILD_URL=TWO).code == 0
    assert deployment.rows("SELECT outcome FROM operations ORDER BY sequence") == [
        ("interrupted",), ("running",)]


def end_lease(deployment):
    deployment.write("UPDATE operations SET heartbeat_boottime_ms = heartbeat_boottime_ms - ?",
                     60 * 60_000)


def test_reconcile_clears_up_after_a_dead_operation(deployment):
    deployment.begin(BUILD_URL=ONE)
    deployment.flag.write_text("on")
    deployment.write("UPDATE environment SET maintenance_return = 0")
    left = deployment.archives / "athena-20261101T010000Z-aaaaaa.tar.tmp-0a1b2c"
    other = deployment.archives / "zeus-20261101T010000Z-aaaaaa.tar.tmp-0a1b2c"
    left.write_text("half")
    other.write_text("half of another environment")
    assert deployment.run("operation", "reconcile").code == 0
    assert deployment.flag.exists() and left.exists(), "a living operation was cleared away"
    end_lease(deployment)
    assert deployment.run("operation", "reconcile").code == 0
    assert not deployment.flag.exists() and not left.exists() and other.exists()
    assert deployment.rows("SELECT outcome FROM operations") == [("interrupted",)]
    assert deployment.rows("SELECT maintenance_return FROM environment") == [(None,)]


@pytest.mark.parametrize("files", [{"compose_file": "compose.yml"},
                                   {"compose_file": "compose.yml", "env_file": "own.env"},
                                   {"env_file": "own.env"}])
def test_what_a_killed_restore_left_beside_the_image_tags_is_gone_before_the_next_copy(
        tmp_path, bin_dir, files):
    place = tmp_path / "deployment"
    place.mkdir()
    (tmp_path / "linked").symlink_to(place)
    files = {key: str(tmp_path / "linked" / name) for key, name in files.items()}
    deployment = Deployment(tmp_path, bin_dir, resources={
        "config_local": {"path": str(tmp_path / "config-local")},
        "images": {"services": ["app"], **files}})
    names = [files.get("env_file", ".env")] + [files[key] for key in files if key == "compose_file"]
    left = [place / f"{Path(name).name}.tmp-0a1b2c" for name in names]
    mine = [place / "notes.tmp-0a1b2c", place / f"{Path(names[0]).name}.tmp-mine"]
    for path in left + mine:
        path.write_text("half")
    assert deployment.begin(BUILD_URL=ONE).code == 0
    assert [path.name for path in left if path.exists()] == []
    assert all(path.exists() for path in mine)


def test_reconcile_keeps_a_closed_environment_closed(deployment):
    deployment.begin(BUILD_URL=ONE)
    deployment.flag.write_text("on")
    deployment.write("UPDATE environment SET maintenance_return = 0, state = 'destroyed'")
    end_lease(deployment)
    assert deployment.run("operation", "reconcile").code == 0
    assert deployment.flag.exists()
    assert deployment.rows("SELECT state, maintenance_return FROM environment") == [
        ("destroyed", 0)]


def test_finish_returns_maintenance_of_a_live_environment(deployment):
    deployment.begin(BUILD_URL=ONE)
    deployment.flag.write_text("on")
    deployment.write("UPDATE environment SET maintenance_return = 0")
    assert deployment.run("operation", "finish", BUILD_URL=ONE).code == 0
    assert not deployment.flag.exists()


def test_finish_leaves_maintenance_that_was_on_before(deployment):
    deployment.begin(BUILD_URL=ONE)
    deployment.flag.write_text("on by hand")
    deployment.write("UPDATE environment SET maintenance_return = 1")
    assert deployment.run("operation", "finish", BUILD_URL=ONE).code == 0
    assert deployment.flag.exists()
    assert deployment.rows("SELECT maintenance_return FROM environment") == [(None,)]


def test_finish_of_a_closed_environment_names_the_button(deployment):
    deployment.begin(BUILD_URL=ONE)
    deployment.flag.write_text("on")
    deployment.write("UPDATE environment SET maintenance_return = 0, state = 'restoring', "
                     "restoring_from = 'athena-target', safety_archive = 'athena-safety'")
    finished = deployment.run("operation", "finish", BUILD_URL=ONE)
    assert finished.code == 0
    assert deployment.flag.exists()
    assert "start restore-environment with BackupId athena-target" in finished.out
    assert deployment.begin(BUILD_URL=TWO).code == 18


def test_a_lost_or_broken_state_file_is_never_replaced(deployment):
    began_once(deployment)
    copy = deployment.state_file.read_bytes()
    deployment.state_file.unlink()
    lost = deployment.begin(BUILD_URL=ONE)
    assert lost.code == 17 and not deployment.state_file.exists()
    deployment.state_file.write_bytes(b"garbage" * 1000)
    assert deployment.begin(BUILD_URL=ONE).code == 17
    deployment.state_file.write_bytes(copy[:len(copy) // 2])
    assert deployment.begin(BUILD_URL=ONE).code == 17
    deployment.state_file.write_bytes(copy)
    assert deployment.begin(BUILD_URL=ONE).code == 0


def test_a_newer_state_file_is_refused(deployment):
    began_once(deployment)
    database = sqlite3.connect(deployment.state_file)
    database.execute("PRAGMA user_version = 99")
    database.close()
    refused = deployment.begin(BUILD_URL=ONE)
    assert refused.code == 17 and "schema 99" in refused.err


def test_a_second_machine_is_refused_until_it_adopts(deployment):
    began_once(deployment)
    deployment.write("UPDATE environment SET machine_id = 'another'")
    assert deployment.begin(BUILD_URL=ONE).code == 19
    assert deployment.run("operation", "reconcile", "--adopt-host").code == 0
    assert deployment.begin(BUILD_URL=ONE).code == 0


def test_a_begin_that_is_stopped_while_it_waits_can_be_finished(deployment):
    """Another program holds the state file; the build is aborted meanwhile."""
    began_once(deployment)
    holder = sqlite3.connect(deployment.state_file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    process = deployment.start("operation", "begin", "--kind", "backup", BUILD_URL=ONE)
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=1)
    process.send_signal(signal.SIGTERM)
    holder.rollback()
    holder.close()
    process.communicate(timeout=30)
    assert process.returncode == 0, "it got the file and had nothing left to wait for"
    assert deployment.run("operation", "finish", BUILD_URL=ONE).code == 0
    assert deployment.begin(BUILD_URL=TWO).code == 0
