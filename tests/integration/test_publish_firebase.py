"""The published view in Firebase: it follows the steps, and no late writer replaces a newer one."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import uuid

import pytest

from services.realtime import Realtime
from support.deployment import Deployment

BUILD = "http://jenkins/job/backup-environment/1/"


class RealtimePlace:
    """The view in the Realtime Database."""

    def __init__(self, server) -> None:
        self.server = server
        self.keys = ("backups", f"athena {uuid.uuid4().hex[:8]}")
        self.publish = {"emulator": True,
                        "realtime": {"url": server.url, "path": "/" + "/".join(self.keys)}}

    def view(self):
        return self.server.get(*self.keys, "view")

    def archives(self) -> dict:
        return (self.server.get(*self.keys, "archives") or {}).get("list", {})

    def spoil(self, backup_id: str) -> None:
        self.server.put(*self.keys, "archives", "list", backup_id, "description", value="spoiled")

    def set_revision(self, revision: int) -> None:
        self.server.put(*self.keys, "view", "revision", value=revision)
        self.server.put(*self.keys, "archives", "revision", value=revision)


class FirestorePlace:
    """The view in Firestore."""

    def __init__(self, server) -> None:
        self.server = server
        self.project = f"demo-{uuid.uuid4().hex[:12]}"
        self.document = "backups/athena"
        self.publish = {"emulator": True, "project": self.project,
                        "firestore": {"endpoint": server.url, "document": self.document}}
        self.root = f"projects/{self.project}/databases/(default)/documents"

    def _get(self, name: str):
        answer = self.server.call("batchGet", {"documents": [f"{self.root}/{name}"]}, project=self.project)
        found = answer[0].get("found")
        return plain({"mapValue": {"fields": found["fields"]}}) if found else None

    def view(self):
        return self._get(self.document)

    def archives(self) -> dict:
        found = self.server.call("runQuery", {"structuredQuery": {"from": [
            {"collectionId": "archives", "allDescendants": True}]}}, project=self.project)
        return {one["document"]["name"].rsplit("/", 1)[1]:
                plain({"mapValue": {"fields": one["document"]["fields"]}})
                for one in found if "document" in one}

    def _set(self, name: str, field: str, value: dict) -> None:
        self.server.call("commit", {"writes": [{
            "update": {"name": f"{self.root}/{name}", "fields": {field: value}},
            "updateMask": {"fieldPaths": [field]}}]}, project=self.project)

    def spoil(self, backup_id: str) -> None:
        self._set(f"{self.document}/archives/{backup_id}", "description", {"stringValue": "spoiled"})

    def set_revision(self, revision: int) -> None:
        self._set(self.document, "revision", {"integerValue": str(revision)})


def plain(value: dict):
    (kind, content), = value.items()
    if kind == "mapValue":
        return {key: plain(item) for key, item in content.get("fields", {}).items()}
    if kind == "arrayValue":
        return [plain(item) for item in content.get("values", [])]
    return int(content) if kind == "integerValue" else content


@pytest.fixture(scope="module")
def realtime():
    with Realtime() as server:
        if server.is_real:
            pytest.skip("the view is published into a stand-in only")
        yield server


@pytest.fixture(params=["realtime", "firestore"])
def place(request):
    server = request.getfixturevalue(request.param)
    return {"realtime": RealtimePlace, "firestore": FirestorePlace}[request.param](server)


@pytest.fixture
def deployment(tmp_path, bin_dir, place):
    return Deployment(tmp_path, bin_dir, publish=place.publish)


def export(deployment) -> dict:
    return json.loads((deployment.state / "athena.view.json").read_text())


def without_nothing(value):
    """As the Realtime Database keeps it: null, {} and [] are not there."""
    if isinstance(value, dict):
        kept = {key: without_nothing(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, {}, [])}
    return [without_nothing(item) for item in value] if isinstance(value, list) else value


def same(published: dict, exported: dict) -> bool:
    passing = ("published_at", "storage", "archives", "message", "digest", "prune")
    return (without_nothing({k: v for k, v in published.items() if k not in passing})
            == without_nothing({k: v for k, v in exported.items() if k not in passing}))


def backup(deployment, build=BUILD) -> str:
    begun = deployment.begin(BUILD_URL=build)
    assert begun.code == 0, begun
    operation = {"OPERATION_ID": begun.result["operation_id"], "BUILD_URL": build}
    backup_id = ""
    for step in (["maintenance", "on"], ["snapshot"], ["maintenance", "off"],
                 ["verify", "--which", "snapshot"], ["prune"]):
        ended = deployment.run(*step, **operation)
        assert ended.code == 0, ended
        backup_id = backup_id or ended.result.get("backup_id", "")
    finished = deployment.run("operation", "finish", BUILD_URL=build)
    assert finished.code == 0, finished
    return backup_id


def test_what_is_published_is_what_is_exported(deployment, place):
    begun = deployment.begin(BUILD_URL=BUILD)
    assert begun.code == 0 and "WARN" not in begun.out + begun.err
    assert place.view()["operation"]["id"] == begun.result["operation_id"]
    deployment.run("operation", "abandon", "--reason", "test")
    assert place.view()["last_operation"]["outcome"] == "abandoned"
    backup_id = backup(deployment)
    exported = export(deployment)
    assert same(place.view(), exported)
    archive, = place.archives().values()
    assert same(archive, exported["archives"][0])
    deployment.run("catalogue", "pin", "--reason", "good", BackupId=backup_id)
    assert place.archives()[backup_id]["pinned"] == "good"


def test_what_was_pruned_is_removed_and_a_full_publish_repairs_the_rest(deployment, place):
    first = backup(deployment)
    second = backup(deployment, "http://jenkins/2/")
    assert set(place.archives()) == {first, second}
    deployment.write("UPDATE archives SET status = 'pruned' WHERE backup_id = ?", first)
    assert deployment.run("publish").code == 0
    assert set(place.archives()) == {second}
    place.spoil(second)
    assert deployment.run("publish").code == 0
    assert place.archives()[second]["description"] == "spoiled"
    assert deployment.run("publish", "--full").code == 0
    assert place.archives()[second]["description"] == ""


def test_what_the_next_prune_removes_is_published_when_an_operation_begins_and_when_it_ends(deployment, place):
    ids = [backup(deployment, f"http://jenkins/{n}/") for n in range(5)]
    # age alone changes no row of an archive: without a trigger of their own nobody would be told
    deployment.write("DROP TRIGGER archive_changed")
    for number, backup_id in enumerate(ids):
        deployment.write("UPDATE archives SET created_ms = ? WHERE backup_id = ?", number, backup_id)
    assert not place.archives()[ids[0]]["prune"]["next"]
    assert deployment.begin(BUILD_URL=BUILD).code == 0
    assert place.archives()[ids[0]]["prune"]["next"]
    deployment.write("UPDATE archives SET pinned = 'good' WHERE backup_id = ?", ids[0])
    assert place.archives()[ids[0]]["prune"]["next"]
    assert deployment.run("operation", "finish", BUILD_URL=BUILD).code == 0
    assert not place.archives()[ids[0]]["prune"]["next"]


def test_a_newer_view_stays_until_a_full_publish(deployment, place):
    backup(deployment)
    newer = export(deployment)["revision"] + 1000
    place.set_revision(newer)
    late = deployment.run("publish")
    assert late.code == 0 and "a newer view is in" in late.out
    assert place.view()["revision"] == newer
    assert deployment.run("publish", "--full").code == 0
    assert place.view()["revision"] == export(deployment)["revision"]


def test_many_that_publish_at_once_leave_the_newest(deployment, place):
    backup_id = backup(deployment)
    pins = [deployment.start("catalogue", "pin", "--reason", f"reason {n}", BackupId=backup_id)
            for n in range(4)]
    assert [pin.wait(60) for pin in pins] == [0] * 4
    exported = export(deployment)
    assert same(place.view(), exported)
    assert place.archives()[backup_id]["pinned"] == exported["archives"][0]["pinned"]


def test_when_firebase_is_down_the_operation_goes_on_and_the_next_publish_catches_up(
        tmp_path, bin_dir, realtime):
    place = RealtimePlace(realtime)
    with socket.socket() as silent:  # accepts and never answers
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        deployment = Deployment(tmp_path, bin_dir, publish={
            "emulator": True, "timeout_seconds": 1, "realtime": {"url": url, "path": "/v"}})
        began = time.monotonic()
        begun = deployment.begin(BUILD_URL=BUILD)
        assert begun.code == 0 and time.monotonic() - began < 5
        assert "the view is not published" in begun.out
        assert export(deployment)["operation"]["id"] == begun.result["operation_id"]
        ended = deployment.run("maintenance", "on", OPERATION_ID=begun.result["operation_id"])
        assert ended.code == 0
    document = json.loads(deployment.environment_file.read_text())
    document["publish"] = place.publish
    deployment.environment_file.write_text(json.dumps(document))
    assert deployment.run("operation", "finish", BUILD_URL=BUILD).code == 0
    assert same(place.view(), export(deployment))


def test_a_slow_step_publishes_while_it_runs(tmp_path, bin_dir, realtime):
    place = RealtimePlace(realtime)
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nsleep 2\n")
    slow.chmod(0o755)
    deployment = Deployment(tmp_path, bin_dir, publish=place.publish, maintenance={
        "flag_file": str(tmp_path / "flag"), "on_command": [str(slow)]})
    begun = deployment.begin(BUILD_URL=BUILD)
    step = deployment.start("maintenance", "on", OPERATION_ID=begun.result["operation_id"])
    phases = set()
    while step.poll() is None:
        phases.add(place.view()["operation"]["phase"])
        time.sleep(0.1)
    assert step.returncode == 0 and "maintenance on" in phases


def test_a_key_that_the_database_refuses_is_encoded(tmp_path, bin_dir, realtime):
    place = RealtimePlace(realtime)
    deployment = Deployment(tmp_path, bin_dir, publish=place.publish)
    backup_id = backup(deployment)
    deployment.write(
        "UPDATE archive_resources SET name = 'images', summary_json = ? WHERE backup_id = ?",
        json.dumps({"services": {"web.v2/[x]": "1.0@sha256:ab"}}), backup_id)
    deployment.write("UPDATE archives SET pinned = 'x'")
    assert deployment.run("publish").code == 0
    services = place.archives()[backup_id]["resources"][0]["summary"]["services"]
    assert services == {"web%2Ev2%2F%5Bx%5D": "1.0@sha256:ab"}


def test_a_wrong_section_is_refused_by_name(tmp_path, bin_dir):
    for publish, finding in (({"emulator": True}, "needs realtime or firestore"),
                             ({"realtime": {"url": "http://x", "path": "/v"}}, "needs credentials"),
                             ({"emulator": True, "realtime": {"url": "http://x", "path": "v.x"}},
                              "must be a path")):
        deployment = Deployment(tmp_path, bin_dir, publish=publish)
        refused = deployment.begin(BUILD_URL=BUILD)
        assert refused.code == 19 and finding in refused.err


def test_steps_that_must_start_at_once_load_no_curl(bin_dir):
    for step in ("operation", "catalogue", "prune", "maintenance"):
        libraries = subprocess.run(["ldd", bin_dir / step], capture_output=True, text=True, check=True)
        assert "libcurl" not in libraries.stdout
