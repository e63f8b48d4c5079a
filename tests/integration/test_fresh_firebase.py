"""A restore with FreshServer where Firebase is a resource: refused while any part of it holds data."""

from __future__ import annotations

import uuid

import pytest

from services.realtime import Realtime
from support.deployment import Deployment

BUILD = "http://jenkins/job/restore-environment/2/"


@pytest.fixture
def realtime():
    with Realtime() as server:
        if server.is_real:
            pytest.skip("acts on a whole database")
        yield server


class Project:
    """A document and a value, and how both are lost."""

    def __init__(self, firestore, realtime) -> None:
        self.firestore, self.realtime = firestore, realtime
        self.id = f"demo-{uuid.uuid4().hex[:12]}"
        self.document = f"projects/{self.id}/databases/(default)/documents/trials/1"
        self.write({"update": {"name": self.document, "fields": {"n": {"integerValue": "1"}}}})
        realtime.put("trials", value={"1": "one"})

    def section(self) -> dict:
        return {"project": self.id, "emulator": True,
                "firestore": {"endpoint": self.firestore.url, "databases": [{"collections": ["trials"]}]},
                "realtime": {"databases": [{"url": self.realtime.url, "paths": ["/trials"]}]}}

    def write(self, change: dict) -> None:
        self.firestore.call("commit", {"writes": [change]}, project=self.id)

    def content(self):
        answer = self.firestore.call("batchGet", {"documents": [self.document]}, project=self.id)
        return answer[0].get("found", {}).get("fields"), self.realtime.get("trials")

    def lose_documents(self) -> None:
        self.write({"delete": self.document})

    def lose_values(self) -> None:
        self.realtime.put("trials", value=None)


def test_firebase_is_fresh_only_when_every_part_is_empty(tmp_path, bin_dir, firestore, realtime):
    project = Project(firestore, realtime)
    deployment = Deployment(tmp_path, bin_dir, resources={"firebase": project.section()})
    before = project.content()
    backup_id = backup(deployment)

    assert "firebase holds documents in collection trials" in refused(deployment, backup_id)
    project.lose_documents()
    assert f"firebase holds data at {realtime.url}/trials" in refused(deployment, backup_id)
    project.lose_values()
    assert project.content() == (None, None)
    run(deployment, backup_id, ("preflight",), ("verify", "--which", "target"), ("stage",), ("maintenance", "on"),
        ("snapshot",), ("verify", "--which", "snapshot"), ("destroy",), ("restore",), ("prove",), ("apply",),
        ("maintenance", "off"))
    finished = deployment.run("operation", "finish", BUILD_URL=BUILD)
    assert finished.code == 0 and finished.result["ended_as"] == "restored"
    assert project.content() == before


def backup(deployment) -> str:
    begun = deployment.begin(BUILD_URL=BUILD)
    for words in (("maintenance", "on"), ("snapshot",), ("maintenance", "off"), ("verify", "--which", "snapshot")):
        ended = deployment.run(*words, OPERATION_ID=begun.result["operation_id"], BUILD_URL=BUILD)
        assert ended.code == 0, ended
    assert deployment.run("operation", "finish", BUILD_URL=BUILD).code == 0
    (archive,) = deployment.archives.glob("*.tar")
    return archive.stem


def begin_fresh(deployment, backup_id: str) -> str:
    begun = deployment.begin("restore", BackupId=backup_id, BUILD_URL=BUILD, FreshServer="a new machine")
    assert begun.code == 0, begun
    return begun.result["operation_id"]


def refused(deployment, backup_id: str) -> str:
    ended = deployment.run("preflight", OPERATION_ID=begin_fresh(deployment, backup_id), BUILD_URL=BUILD)
    assert ended.code == 18, ended
    assert deployment.run("operation", "finish", BUILD_URL=BUILD).code == 0
    return ended.out + ended.err


def run(deployment, backup_id: str, *steps: tuple[str, ...]) -> None:
    operation = begin_fresh(deployment, backup_id)
    for words in steps:
        ended = deployment.run(*words, OPERATION_ID=operation, BUILD_URL=BUILD)
        assert ended.code == 0, ended
