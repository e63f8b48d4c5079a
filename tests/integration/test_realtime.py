"""A Realtime Database through the real steps: backed up, spoiled, restored, with the view inside it."""

from __future__ import annotations

import json

import pytest

from services.realtime import Realtime
from support.deployment import Deployment

ODD = {
    "Größe €": {"日本 😀": "ü\u0001\"\\/", "a b+c%2F&?=": 1},
    "numbers": {"large": 9007199254740993, "tiny": 5e-324, "minus": -0.5, "zero": 0},
    "list": ["a", "b", None, {"c": ["d"]}],
    "ranked": {".priority": 2.5, "leaf": {".value": "v", ".priority": "high"}, "below": {"x": 1}},
    "k" * 700: "long key",
}
BACKUP = (["preflight"], ["maintenance", "on"], ["snapshot"], ["maintenance", "off"],
          ["verify", "--which", "snapshot"], ["prune"])
RESTORE = (["preflight"], ["verify", "--which", "target"], ["stage"], ["maintenance", "on"], ["snapshot"],
           ["verify", "--which", "snapshot"], ["destroy"], ["restore"], ["prove"], ["apply"],
           ["maintenance", "off"])


@pytest.fixture
def database():
    """With limits so small that the tree has to be split."""
    with Realtime(answer_limit=2 << 20, write_limit=1 << 20) as server:
        if server.is_real:
            pytest.skip("acts on a whole database")
        yield server


def job(deployment, kind, steps, build, **variables):
    begun = deployment.begin(kind, BUILD_URL=build, **variables)
    assert begun.code == 0, begun
    for step in steps:
        ended = deployment.run(*step, OPERATION_ID=begun.result["operation_id"], BUILD_URL=build)
        assert ended.code == 0, (step, ended)
    assert deployment.run("operation", "finish", BUILD_URL=build).code == 0


def test_a_split_tree_comes_back_and_the_view_inside_it_stays(tmp_path, bin_dir, database):
    deployment = Deployment(tmp_path, bin_dir, publish={
        "emulator": True, "realtime": {"url": database.url, "path": "/admin/view"}})
    document = json.loads(deployment.environment_file.read_text())
    document["resources"]["firebase"] = {"project": "demo-athena", "emulator": True, "realtime": {
        "chunk_bytes": 100_000, "databases": [{"url": database.url, "paths": ["/"]}]}}
    deployment.environment_file.write_text(json.dumps(document))

    database.put(value={**ODD, "admin": {"other": 5}})
    for branch in range(4):
        database.put(f"branch {branch}", value={
            f"leaf {leaf}": {"text": "x" * 9000, "n": leaf} for leaf in range(80)})
    database.put("branch 1", ".priority", value=7)
    places = [(key,) for key in ODD] + [("admin", "other")] + [(f"branch {n}",) for n in range(4)]

    def tree():
        return {place: database.get(*place, query="?format=export") for place in places}

    before = tree()
    job(deployment, "backup", BACKUP, "http://jenkins/1/")
    view = json.loads((deployment.state / "athena.view.json").read_text())
    assert tree() == before
    database.put("branch 2", value=None)
    database.put("numbers", "large", value=1)
    database.put("new", value=1)
    job(deployment, "restore", RESTORE, "http://jenkins/2/",
        BackupId=view["archives"][0]["backup_id"])
    assert tree() == before and database.get("new") is None
    published = database.get("admin", "view", "view")
    assert published["last_operation"]["ended_as"] == "restored"
    assert published["revision"] > view["revision"]
