"""The `catalogue` step on archives that rows and files describe."""

from __future__ import annotations

import json
import time

import pytest

from support.deployment import Deployment

ONE = "athena-20261101T010000Z-aaaaaa"
DETAIL = {"services": [{"service": "web", "repository": "shop/web", "tag": "1.4.2"}],
          "commit": "0123abcd"}


@pytest.fixture
def deployment(tmp_path, bin_dir):
    made = Deployment(tmp_path, bin_dir)
    assert made.begin(BUILD_URL="http://jenkins/0/").code == 0
    assert made.run("operation", "finish", BUILD_URL="http://jenkins/0/").code == 0
    return made


def put(deployment, backup_id=ONE, description="nightly"):
    deployment.write(
        "INSERT INTO archives (backup_id, operation_id, kind, description, requested_by, status, "
        "created_ms, verified_ms, size_bytes) VALUES (?, 'op', 'backup', ?, 'anna', 'complete', "
        "1793494800000, 1793494900000, 12345678)", backup_id, description)
    deployment.write("INSERT INTO archive_resources VALUES (?, 0, 'images', NULL, 1, 10, 5, ?, '')",
                     backup_id, json.dumps(DETAIL))
    deployment.write("INSERT INTO archive_resources VALUES (?, 1, 'elasticsearch', 'dead', 0, 0, 0, '{}', '')",
                     backup_id)
    (deployment.archives / f"{backup_id}.tar").write_text("x")


def test_an_environment_without_backups_has_an_empty_list(deployment):
    listed = deployment.run("catalogue", "list")
    assert listed.code == 0 and "BACKUP ID" in listed.out


def test_list_and_show_say_what_an_archive_holds(deployment):
    put(deployment)
    listed = deployment.run("catalogue", "list")
    assert ONE in listed.out and "verified" in listed.out and "12.3 MB" in listed.out
    shown = deployment.run("catalogue", "show", BackupId=ONE)
    for text in ("tag 1.4.2", "commit: 0123abcd", "absent: dead", "anna", f"{ONE}.tar"):
        assert text in shown.out
    as_json = json.loads(deployment.run("catalogue", "list", "--json").out)
    assert [a["backup_id"] for a in as_json["archives"]] == [ONE]
    assert as_json["archives"][0]["resources"][0]["detail"] == DETAIL


def test_an_unknown_archive_is_not_found(deployment):
    for verb in (["show"], ["pin", "--reason", "x"], ["unpin"]):
        assert deployment.run("catalogue", *verb, BackupId=ONE).code == 10
    assert deployment.run("catalogue", "show").code == 2


def test_a_pin_needs_a_reason_and_can_be_taken_back(deployment):
    put(deployment)
    assert deployment.run("catalogue", "pin", BackupId=ONE).code == 2
    assert deployment.run("catalogue", "pin", "--reason", "for the audit", BackupId=ONE).code == 0
    assert "for the audit" in deployment.run("catalogue", "show", BackupId=ONE).out
    assert deployment.run("catalogue", "unpin", BackupId=ONE).code == 0
    assert deployment.rows("SELECT pinned FROM archives") == [(None,)]


def test_the_copy_beside_the_archive_knows_the_pin_too(deployment):
    put(deployment)
    copy = deployment.archives / f"{ONE}.json"
    copy.write_text(json.dumps({"kind": "backup", "pin": False, "reason": "", "manifest": {}}))
    assert deployment.run("catalogue", "pin", "--reason", "audit", BackupId=ONE).code == 0
    assert json.loads(copy.read_text()) == {
        "kind": "backup", "pin": True, "reason": "audit", "manifest": {}}
    assert deployment.run("catalogue", "unpin", BackupId=ONE).code == 0
    assert json.loads(copy.read_text())["pin"] is False


def test_hostile_text_does_not_reach_the_terminal(deployment):
    put(deployment, description="\x1b[2Jgone\n2026-01-01T00:00:00Z INFO  all is well \u202e")
    for verb in ("list", "show"):
        out = deployment.run("catalogue", verb, BackupId=ONE).out
        assert "\x1b" not in out and "\u202e" not in out
        assert not any(line.startswith("2026-01-01") for line in out.splitlines())


def test_a_file_without_a_row_is_named_and_left_alone(deployment):
    orphan = deployment.archives / "athena-20261101T020000Z-bbbbbb.tar"
    orphan.write_text("x")
    assert f"{orphan.name} is not in the catalogue" in deployment.run("catalogue", "list").out
    assert orphan.exists()


def test_a_hundred_thousand_archives_are_listed_at_once(deployment):
    import sqlite3
    database = sqlite3.connect(deployment.state_file)
    with database:
        database.executemany(
            "INSERT INTO archives (backup_id, operation_id, kind, description, requested_by, "
            "status, created_ms, verified_ms) VALUES (?, 'op', 'backup', 'nightly', '', "
            "'complete', ?, 1)",
            ((f"athena-20261101T010000Z-{n:06x}", 1_600_000_000_000 + n * 1_000_000)
             for n in range(100_000)))
    database.close()
    seconds = []
    for _ in range(3):
        begun = time.monotonic()
        assert deployment.run("catalogue", "list").out.count("\n") == 100_001
        seconds.append(time.monotonic() - begun)
    print(f"catalogue list of 100 000: {min(seconds):.2f} s")
    begun = time.monotonic()
    assert deployment.run("prune", "--dry-run").code == 0
    print(f"prune --dry-run of 100 000: {time.monotonic() - begun:.2f} s")
