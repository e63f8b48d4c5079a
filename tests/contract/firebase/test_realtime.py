"""The Realtime Database part: what was there before is there again, priorities and rules included."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import uuid
from pathlib import Path

import pytest

from services.realtime import Realtime, path_of

ROOT = Path(__file__).resolve().parents[3]
REAL_ROOT = "environment-backup-test"  # all that is touched of a real database
ODD = {
    "Größe €": {"日本 😀": "ü\u0000\u001f\"\\/", "a b+c%2F&?=": 1},
    "numbers": {"large": 9007199254740993, "tiny": 5e-324, "minus": -0.5, "zero": 0},
    "truth": {"yes": True, "no": False, "text": ""},
    "list": ["a", "b", None, {"c": ["d"]}],
    "sparse": {"3": "x", "400": "y"},
    "ranked": {".priority": 2.5, "leaf": {".value": "v", ".priority": "high"}, "below": {"x": 1}},
    "slash in text": "a/b/c",
    "k" * 700: "long key",
}


@pytest.fixture(scope="module")
def database():
    with Realtime(answer_limit=2 << 20, write_limit=1 << 20) as server:
        yield server


class Site:
    """Some paths of a database, and the stages on them."""

    def __init__(self, server: Realtime, folder: Path, paths: list[str], **section) -> None:
        driver = os.environ.get("STAGE_DRIVER", ROOT / "build-asan" / "drivers" / "stage_driver")
        if not Path(driver).exists():
            pytest.fail(f"{driver} is missing: build target stage_driver, or set STAGE_DRIVER")
        self.driver, self.folder, self.archive = str(driver), folder, ""
        publish = section.pop("publish", None)
        realtime = {"databases": [{"url": server.url, "paths": paths}], "chunk_bytes": 100_000, **section}
        (folder / "section.json").write_text(json.dumps({
            "project": "demo-athena", "emulator": True, "realtime": realtime,
            **({"publish": publish} if publish else {})}))

    def argv(self, verb: str) -> list[str]:
        path = str(self.folder) if verb == "capture" else self.archive
        return [self.driver, "firebase", verb, str(self.folder / "section.json"), path,
                str(self.folder / "journal")]

    def run(self, verb: str, code: int = 0) -> subprocess.CompletedProcess:
        done = subprocess.run(self.argv(verb), capture_output=True, text=True, check=False, timeout=1800)
        assert done.returncode == code, f"{verb}: {done.returncode}\n{done.stdout}{done.stderr}"
        if verb == "capture" and code == 0:
            self.archive = done.stdout.strip()
        return done

    def manifest(self) -> dict:
        return json.loads(subprocess.run(["tar", "xOf", self.archive, "manifest.json"],
                                         capture_output=True, text=True, check=True).stdout)


@pytest.fixture
def site(database, tmp_path):
    """The whole database of the stand-in; one path of a real one."""
    whole = not database.is_real
    made = Site(database, tmp_path, ["/"] if whole else [f"/{REAL_ROOT}"])
    made.root = () if whole else (REAL_ROOT,)
    database.put(*made.root, value=None)
    yield made
    database.put(*made.root, value=None)


def exported(database, *keys):
    return database.get(*keys, query="?format=export")


def test_every_kind_of_key_and_value_comes_back(site, database):
    database.put(*site.root, value=ODD)
    before = exported(database, *site.root)
    site.run("capture")
    assert site.run("prove").stdout == ""
    site.run("destroy")
    assert database.get(*site.root) is None
    site.run("restore")
    assert exported(database, *site.root) == before
    assert site.run("prove").stdout == ""


def test_a_tree_above_every_limit_is_split_and_comes_back(site, database):
    """Larger than an answer and than a write may be; priorities of what was split, too."""
    for branch in range(6):
        database.put(*site.root, f"branch {branch}", value={
            ".priority": branch,
            **{f"leaf {leaf}": {"text": "x" * 9000, "n": leaf} for leaf in range(80)}})
    for branch in range(6):
        database.put(*site.root, f"branch {branch}", ".priority", value=branch)
    database.put(*site.root, "small", value=1)
    before = {branch: exported(database, *site.root, f"branch {branch}") for branch in range(6)}
    assert before[3][".priority"] == 3
    site.run("capture")
    assert site.run("prove").stdout == ""
    site.run("destroy")
    assert database.get(*site.root) is None
    site.run("restore")
    assert {branch: exported(database, *site.root, f"branch {branch}") for branch in range(6)} == before
    assert site.run("prove").stdout == ""


@pytest.mark.parametrize("value", ["only a text", 12.5, {".value": "ranked", ".priority": 1}, None])
def test_a_database_that_is_one_value_or_empty_comes_back(site, database, value):
    database.put(*site.root, value=value)
    before = exported(database, *site.root)
    site.run("capture")
    database.put(*site.root, value={"other": 1})
    site.run("destroy")
    site.run("restore")
    assert exported(database, *site.root) == before
    assert site.run("prove").stdout == ""


def test_prove_names_the_top_key_that_differs(site, database):
    database.put(*site.root, value={"a": {"x": 1, "y": 2}, "b": {"z": "3"}})
    site.run("capture")
    prefix = f"realtime {database.url} /" + "".join(key + "/" for key in site.root)
    for keys, value, expected in ((("a", "x"), 9, "a: expected 2 values with checksum"),
                                  (("a", "x"), None, "a: expected 2 values"),
                                  (("b", "z"), 3, "b: expected 1 values with checksum"),
                                  (("c",), 1, "c: expected 0 values"),
                                  (("b", ".priority"), 1, "b: expected 1 values")):
        before = exported(database, *site.root)
        database.put(*site.root, *keys, value=value)
        assert prefix + expected in site.run("prove", 15).stdout, keys
        database.put(*site.root, value=before)
    assert site.run("prove").stdout == ""


def test_a_change_during_the_copy_fails_the_capture(tmp_path):
    with Realtime() as server:
        if server.is_real:
            pytest.skip("needs a database that a test can slow down")
        fill(server, 400)
        made = Site(server, tmp_path, ["/"])
        running = subprocess.Popen(made.argv("capture"), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        while not any("format=export" in line and "/k" in line for line in told(server)):
            assert running.poll() is None
        server.put("k0", value="changed")
        _, errors = running.communicate(timeout=120)
        assert running.returncode == 18, errors
        assert "changed while it was copied" in errors


def fill(server, keys: int) -> None:
    for key in range(keys):
        server.put(f"k{key}", value="x" * 60_000)


def told(server) -> list[str]:
    return server.call("POST", "/-control/requests").json


def test_paths_hold_apart_what_two_environments_share(database, tmp_path):
    """Neither data nor rules of the other are touched."""
    mine, other = (REAL_ROOT, "mine"), (REAL_ROOT, "other")
    database.put(*mine, value={"a": 1})
    database.put(*other, value={"b": 2})
    made = Site(database, tmp_path, ["/" + "/".join(mine)])
    made.run("capture")
    members = [member["name"] for member in made.manifest()["members"]]
    assert not any("rules" in name for name in members)
    database.put(*mine, value={"spoiled": True})
    database.put(*other, value={"b": 3})
    made.run("destroy")
    made.run("restore")
    assert database.get(*mine) == {"a": 1} and database.get(*other) == {"b": 3}
    database.put(REAL_ROOT, value=None)


@pytest.fixture
def fake(database):
    if database.is_real:
        pytest.skip("acts on a whole database")
    database.put(value=None)
    return database


def test_the_published_view_is_neither_archived_nor_destroyed_nor_restored(fake, tmp_path):
    made = Site(fake, tmp_path, ["/"],
                publish={"realtime": {"url": fake.url, "path": "/admin/backup/athena"}})
    fake.put(value={"app": {"x": 1}, "admin": {"users": {"u": 1}, "backup": {"athena": {"revision": 1},
                                                                          "other": 5}}})
    made.run("capture")
    fake.put("admin", "backup", "athena", value={"revision": 2})
    assert made.run("prove").stdout == ""
    fake.put("app", value={"y": 1})
    made.run("destroy")
    assert fake.get() == {"admin": {"backup": {"athena": {"revision": 2}}}}
    made.run("restore")
    assert fake.get() == {"app": {"x": 1}, "admin": {
        "users": {"u": 1}, "backup": {"athena": {"revision": 2}, "other": 5}}}
    assert made.run("prove").stdout == ""


def test_a_database_holds_nothing_until_a_value_lies_outside_the_published_view(fake, tmp_path):
    whole = Site(fake, tmp_path, ["/"], publish={"realtime": {"url": fake.url, "path": "/admin/view"}})
    held = lambda: whole.run("holds").stdout.strip()  # noqa: E731
    assert held() == ""
    fake.put("admin", "view", value={"revision": 1})
    assert held() == ""
    for keys, value in ((("app",), False), (("admin", "users"), {"u": 1}), (("large",), "x" * 1000)):
        fake.put(*keys, value=value)
        assert held() == f"data at {fake.url}/" + "/".join(keys)
        fake.put(*keys, value=None)
    assert held() == ""
    fake.put("app", "x", value=1)
    (tmp_path / "other").mkdir()
    assert Site(fake, tmp_path / "other", ["/else"]).run("holds").stdout.strip() == ""


def test_publishing_during_the_copy_is_no_change(fake, tmp_path):
    made = Site(fake, tmp_path, ["/"], publish={"realtime": {"url": fake.url, "path": "/view"}})
    fill(fake, 20)
    running = subprocess.Popen(made.argv("capture"), stdout=subprocess.PIPE, text=True)
    for revision in range(1000):
        fake.put("view", value={"revision": revision})
        if running.poll() is not None:
            break
    assert running.wait(60) == 0 and revision > 3


def test_restored_rules_keep_what_the_published_view_needs(fake, tmp_path):
    def rules(value=None):
        if value is not None:
            assert fake.call("PUT", "/.settings/rules.json", raw=value.encode()).status == 200
        return fake.call("GET", "/.settings/rules.json").body.decode()

    old = '{\n  // as it was\n  "rules": {"app": {".read": true}, "view": {".read": false}}\n}'
    now = '{"rules": {"app": {".read": false}, "view": {".read": "auth != null"}}}'
    made = Site(fake, tmp_path, ["/"], publish={"realtime": {"url": fake.url, "path": "/view"}})
    rules(old)
    fake.put("app", value=1)
    made.run("capture")
    rules(now)
    assert "rules: expected as in the archive" in made.run("prove", 15).stdout
    made.run("destroy")
    made.run("restore")
    assert json.loads(rules()) == {"rules": {"app": {".read": True}, "view": {".read": "auth != null"}}}
    assert made.run("prove").stdout == ""
    plain = Site(fake, tmp_path, ["/"])
    plain.archive = made.archive
    plain.run("restore")
    assert rules() == old


def test_a_restore_that_was_killed_goes_on_where_it_was(fake, tmp_path):
    made = Site(fake, tmp_path, ["/"])
    fill(fake, 30)
    before = exported(fake)
    made.run("capture")
    made.run("destroy")
    running = subprocess.Popen(made.argv("restore"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not (made.folder / "journal").exists() or len((made.folder / "journal").read_text()) < 50:
        assert running.poll() is None, "too fast to kill"
        time.sleep(0.001)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    told(fake)
    made.run("restore")
    writes = sum(line.startswith("PATCH") for line in told(fake))
    assert 0 < writes < 30
    assert exported(fake) == before


def test_an_answer_that_fails_for_a_moment_is_asked_for_again(fake, tmp_path):
    made = Site(fake, tmp_path, ["/"])
    fake.put(value={"a": 1})
    for verb in ("capture", "destroy", "restore", "prove"):
        fake.call("POST", "/-control/failures", [503, 429, 500])
        made.run(verb)
    assert fake.get() == {"a": 1}


@pytest.mark.parametrize("paths, why", [(["/a", "/a/b"], "lies in /a"), (["/", "/a"], "lies in"),
                                        (["/view/x"], "lies in the published view")])
def test_paths_that_lie_in_one_another_are_refused(fake, tmp_path, paths, why):
    made = Site(fake, tmp_path, paths, publish={"realtime": {"url": fake.url, "path": "/view"}})
    assert why in made.run("capture", 19).stderr


def test_an_archive_of_other_paths_is_refused(fake, tmp_path):
    made = Site(fake, tmp_path, ["/a"])
    fake.put("a", value=1)
    made.run("capture")
    other = Site(fake, tmp_path, ["/b"])
    other.archive = made.archive
    assert "not configured" in other.run("destroy", 19).stderr
    assert fake.get("a") == 1


@pytest.mark.long
def test_three_hundred_megabytes_come_back_with_flat_memory(tmp_path):
    with Realtime() as server:
        if server.is_real:
            pytest.skip("300 MB are too much for a shared database")
        for branch in range(30):
            server.put(f"branch{branch}", value={f"leaf{n}": uuid.uuid4().hex * 3200 for n in range(100)})
        assert server.call("GET", "/.json").status == 400  # above 256 MB
        etags = {n: server.call("GET", path_of(f"branch{n}") + "?print=silent",
                                headers={"X-Firebase-ETag": "true"}).etag for n in range(30)}
        made = Site(server, tmp_path, ["/"], chunk_bytes=4 << 20)
        for verb in ("capture", "destroy", "restore", "prove"):
            kib = int(made.run(verb).stderr.split("resident_kib")[1])
            assert kib < 512 << 10, (verb, kib)  # with sanitizers
        assert {n: server.call("GET", path_of(f"branch{n}") + "?print=silent",
                               headers={"X-Firebase-ETag": "true"}).etag for n in range(30)} == etags
