"""The published view: what the steps let people see of an environment, as they go."""

from __future__ import annotations

import json
import stat
import time

import pytest

from support.deployment import Deployment

BUILD = "http://jenkins/job/backup-environment/1/"


@pytest.fixture
def deployment(tmp_path, bin_dir):
    return Deployment(tmp_path, bin_dir)


def view(deployment) -> dict:
    return json.loads((deployment.state / "athena.view.json").read_text())


def steps_of_a_backup(deployment, operation):
    for step in (["maintenance", "on"], ["snapshot"], ["maintenance", "off"],
                 ["verify", "--which", "snapshot"], ["prune"]):
        ended = deployment.run(*step, OPERATION_ID=operation, BUILD_URL=BUILD)
        assert ended.code == 0, ended
        yield step[0], ended


def test_the_view_follows_a_backup_from_begin_to_finish(deployment):
    begun = deployment.begin(BUILD_URL=BUILD, Description="before the upgrade",
                             REQUESTED_BY="anna", RequestId="r-1")
    seen = view(deployment)
    assert seen["operation"]["id"] == begun.result["operation_id"]
    assert seen["operation"]["description"] == "before the upgrade"
    assert (seen["archives"], seen["last_operation"]) == ([], None)

    revisions = [seen["revision"]]
    for step, _ in steps_of_a_backup(deployment, begun.result["operation_id"]):
        seen = view(deployment)
        assert seen["operation"]["phase"].split()[0] == step
        revisions.append(seen["revision"])
    assert revisions == sorted(set(revisions))

    assert deployment.run("operation", "finish", BUILD_URL=BUILD).code == 0
    seen = view(deployment)
    assert seen["operation"] is None
    assert seen["last_operation"]["outcome"] == "succeeded"
    assert (seen["state"], seen["maintenance"], seen["way_out"]) == ("live", "off", "")
    archive, = seen["archives"]
    assert archive["backup_id"] == seen["last_operation"]["snapshot_archive"]
    assert archive["verified_at"] and archive["size_bytes"] > 0
    assert archive["resources"][0]["name"] == "config_local"
    assert archive["resources"][0]["summary"]["files"] == 1
    assert seen["now"]["source"] == archive["backup_id"]
    assert seen["storage"]["archives_bytes"] == archive["size_bytes"]


def test_the_view_shows_maintenance_while_the_operation_owns_it(deployment):
    begun = deployment.begin(BUILD_URL=BUILD)
    owned = {}
    for step, _ in steps_of_a_backup(deployment, begun.result["operation_id"]):
        owned[step] = view(deployment)["maintenance"]
    assert owned["snapshot"] == "operation" and owned["verify"] == "off"


def test_a_pin_is_seen_at_once_and_the_file_is_for_everyone(deployment):
    begun = deployment.begin(BUILD_URL=BUILD)
    list(steps_of_a_backup(deployment, begun.result["operation_id"]))
    deployment.run("operation", "finish", BUILD_URL=BUILD)
    backup_id = view(deployment)["archives"][0]["backup_id"]
    assert deployment.run("catalogue", "pin", "--reason", "the good one", BackupId=backup_id).code == 0
    assert view(deployment)["archives"][0]["pinned"] == "the good one"
    assert view(deployment)["archives"][0]["prune"]["reason"] == "pinned: the good one"
    assert deployment.run("catalogue", "unpin", BackupId=backup_id).code == 0
    assert view(deployment)["archives"][0]["pinned"] is None
    mode = stat.S_IMODE((deployment.state / "athena.view.json").stat().st_mode)
    assert mode == 0o644


def test_damage_found_outside_an_operation_is_seen(deployment):
    begun = deployment.begin(BUILD_URL=BUILD)
    list(steps_of_a_backup(deployment, begun.result["operation_id"]))
    deployment.run("operation", "finish", BUILD_URL=BUILD)
    backup_id = view(deployment)["archives"][0]["backup_id"]
    path = deployment.archives / f"{backup_id}.tar"
    content = bytearray(path.read_bytes())
    content[1500] ^= 1
    path.write_bytes(content)
    assert deployment.run("verify", "--archive", backup_id).code == 15
    archive, = view(deployment)["archives"]
    assert archive["status"] == "damaged" and archive["damage"]


def test_a_refused_begin_leaves_the_winner_in_the_view(deployment):
    first = deployment.begin(BUILD_URL=BUILD)
    assert deployment.begin(BUILD_URL="http://jenkins/2/").code == 11
    assert view(deployment)["operation"]["id"] == first.result["operation_id"]


def test_publish_writes_a_view_that_somebody_removed_or_spoiled(deployment):
    assert deployment.run("publish").code == 10  # nothing was ever backed up
    deployment.begin(BUILD_URL=BUILD)
    right = view(deployment)
    (deployment.state / "athena.view.json").write_text("spoiled")
    written = deployment.run("publish")
    assert written.code == 0, written
    assert written.result["view_file"] == str(deployment.state / "athena.view.json")
    again = view(deployment)
    for passing in ("published_at", "storage"):
        again.pop(passing), right.pop(passing)
    assert again == right


def test_the_view_may_lie_elsewhere_and_a_folder_that_is_gone_only_warns(tmp_path, bin_dir):
    elsewhere = tmp_path / "open" / "view.json"
    deployment = Deployment(tmp_path, bin_dir, view_file=str(elsewhere))
    begun = deployment.begin(BUILD_URL=BUILD)
    assert begun.code == 0
    assert "the published view is out of date" in begun.out + begun.err
    elsewhere.parent.mkdir()
    assert deployment.run("operation", "finish", BUILD_URL=BUILD).code == 0
    assert json.loads(elsewhere.read_text())["last_operation"]["outcome"] == "aborted"


def test_a_view_inside_a_resource_is_refused(tmp_path, bin_dir):
    deployment = Deployment(tmp_path, bin_dir,
                            view_file=str(tmp_path / "config-local" / "view.json"))
    refused = deployment.begin(BUILD_URL=BUILD)
    assert refused.code == 19 and "/view_file: lies inside config_local" in refused.err


def test_begin_leaves_a_very_large_catalogue_to_the_next_step(deployment):
    deployment.begin(BUILD_URL=BUILD)
    deployment.run("operation", "finish", BUILD_URL=BUILD)
    (deployment.state / "athena.view.json").write_text(" " * (5 << 20))
    begun = deployment.begin(BUILD_URL="http://jenkins/2/")
    assert begun.code == 0
    assert (deployment.state / "athena.view.json").stat().st_size == 5 << 20
    assert deployment.run("maintenance", "on", OPERATION_ID=begun.result["operation_id"]).code == 0
    assert view(deployment)["operation"]["phase"] == "maintenance on"


def test_a_step_that_waits_tells_the_heartbeat(deployment):
    (deployment.config / "large").write_bytes(b"x" * (1 << 20))
    slow = deployment.folder / "slow"
    slow.write_text("#!/bin/sh\nsleep 7\n")
    slow.chmod(0o755)
    document = json.loads(deployment.environment_file.read_text())
    document["maintenance"]["on_command"] = [str(slow)]
    deployment.environment_file.write_text(json.dumps(document))
    begun = deployment.begin(BUILD_URL=BUILD)
    step = deployment.start("maintenance", "on", OPERATION_ID=begun.result["operation_id"])
    beats = set()
    while step.poll() is None:
        beats.add(view(deployment)["operation"]["heartbeat_at"])
        time.sleep(0.2)
    assert step.returncode == 0
    assert len(beats) >= 2
