"""maintenance.release "after_cut": users are back while the snapshot still copies, and nothing that
they write gets into it. On a real MariaDB and a real Elasticsearch."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time

import pytest

from support.deployment import Deployment

BUILD = {"BUILD_URL": "http://jenkins/job/cut/1/"}
DATABASE = "eb_after_cut"
INDEX = "after-cut-items"
ROWS = 4000


class Site(Deployment):
    """A folder, a database and an index; `when_back` is what users do the moment they may."""

    def __init__(self, folder, bin_dir, database, search, when_back=None, indices=None, **maintenance):
        self.database, self.search = database, search
        (folder / "password").write_text(database.password)
        if when_back is not None:
            script = folder / "when-back.py"
            script.write_text(when_back)
            maintenance["resume_command"] = [sys.executable, str(script)]
        super().__init__(
            folder, bin_dir,
            maintenance={"flag_file": str(folder / "maintenance.flag"), "release": "after_cut",
                         **maintenance},
            resources={
                "config_local": {"path": str(folder / "config-local")},
                "mysql": {"socket": str(database.socket), "user": database.user,
                          "password": {"file": str(folder / "password")}, "databases": [DATABASE],
                          "chunk_bytes": 65536},
                "elasticsearch": {"urls": [search.url], "include": ["after-cut-*"], **(indices or {})},
            })

    def fill(self):
        self.database.execute(
            f"DROP DATABASE IF EXISTS {DATABASE}; CREATE DATABASE {DATABASE}; USE {DATABASE};"
            "CREATE TABLE item (id INT PRIMARY KEY, n INT NOT NULL, note VARCHAR(400));"
            f"INSERT INTO item SELECT seq, 0, REPEAT(MD5(seq), 12) FROM seq_1_to_{ROWS}")
        self.search.request("DELETE", "/after-cut-*")
        lines = []
        for number in range(ROWS):
            lines += [{"index": {"_id": str(number)}}, {"n": 0, "note": f"{number:032}" * 8}]
        self.search.call("POST", f"/{INDEX}/_bulk?refresh=true", lines)

    def contents(self) -> dict:
        """All that a backup holds, as its users would compare it."""
        tables = self.database.execute("SHOW TABLES", DATABASE).split()
        self.search.call("POST", "/after-cut-*/_refresh")
        found = self.search.call("POST", "/after-cut-*/_search", {
            "size": 0, "track_total_hits": True, "aggs": {"sum": {"sum": {"field": "n"}}}})
        return {
            "configured": (self.config / "app.yml").read_text(),
            "tables": {name: self.database.execute(
                f"SELECT COUNT(*), SUM(n), SUM(CRC32(note)) FROM {name}", DATABASE) for name in tables},
            "documents": found["hits"]["total"]["value"], "sum": found["aggregations"]["sum"]["value"],
            "indices": sorted(self.search.call("GET", "/after-cut-*/_settings")),
        }

    def begin_locked(self, kind="backup", **variables):
        begun = self.begin(kind, **BUILD, **variables)
        assert begun.code == 0, begun
        self.operation = {"OPERATION_ID": begun.result["operation_id"], **BUILD}
        if kind == "backup":
            self.must("maintenance on")

    def step(self, words):
        return self.run(*words.split(), **self.operation)

    def must(self, words):
        ended = self.step(words)
        assert ended.code == 0, ended
        return ended

    def finish(self):
        return self.must("operation finish").result["operation_outcome"]

    def returns_to(self):
        return self.rows("SELECT maintenance_return FROM environment")[0][0]

    def archives_listed(self):
        return self.rows("SELECT backup_id FROM archives WHERE status = 'complete'")


class Writer(threading.Thread):
    """Users that write to everything from the moment when the flag goes until they are stopped."""

    def __init__(self, site):
        super().__init__(daemon=True)
        self.site, self.stopped, self.rounds = site, threading.Event(), 0

    def run(self):
        while self.site.flag.exists() and not self.stopped.is_set():
            time.sleep(0.001)
        while not self.stopped.is_set():
            self.rounds += 1
            mine = self.rounds
            self.site.database.execute(
                f"UPDATE item SET n = n + 1 WHERE id % 7 = {mine % 7};"
                f"INSERT INTO item VALUES ({ROWS + mine}, 1, 'late'); DELETE FROM item WHERE id = {mine}",
                DATABASE)
            self.site.search.call("POST", f"/{INDEX}/_bulk?refresh=true", [
                {"index": {"_id": f"late-{mine}"}}, {"n": 1, "note": "late"},
                {"index": {"_id": str(2 * mine)}}, {"n": 5, "note": "changed"},
                {"delete": {"_id": str(2 * mine + 1)}}])
            (self.site.config / f"late-{mine}.yml").write_text("late\n")

    def stop(self):
        self.stopped.set()
        self.join(30)


@pytest.fixture
def make(tmp_path, bin_dir, mariadb, elasticsearch):
    def made(when_back=None, **keys):
        site = Site(tmp_path, bin_dir, mariadb, elasticsearch, when_back, **keys)
        site.fill()
        return site
    yield made
    mariadb.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
    elasticsearch.request("DELETE", "/after-cut-*")


def writes_of_a_moment(tmp_path, mariadb, elasticsearch) -> str:
    """A script that changes everything; it runs after the cuts and before anything is copied."""
    sql = (f"USE {DATABASE}; UPDATE item SET n = 9; DELETE FROM item WHERE id < 100;"
           "CREATE TABLE later (n INT, note TEXT); INSERT INTO later VALUES (1, 'later')")
    return f"""
import subprocess, urllib.request
subprocess.run({mariadb.client_argv()!r}, input={sql!r}, text=True, check=True,
               env={{"MYSQL_PWD": {mariadb.password!r}, "PATH": "/usr/bin:/bin"}})
open({str(tmp_path / "config-local" / "app.yml")!r}, "w").write("port: later\\n")
opener = urllib.request.build_opener(urllib.request.ProxyHandler({{}}))
for method, path, body in (
        ("PUT", "/{INDEX}/_doc/1?refresh=true", b'{{"n": 9}}'),
        ("DELETE", "/{INDEX}/_doc/2?refresh=true", None),
        ("PUT", "/after-cut-later/_doc/1?refresh=true", b'{{"n": 1}}')):
    opener.open(urllib.request.Request({elasticsearch.url!r} + path, data=body, method=method,
                                       headers={{"Content-Type": "application/json"}}))
"""


def test_nothing_that_users_write_after_the_cut_gets_into_the_archive(
        make, tmp_path, mariadb, elasticsearch):
    site = make(writes_of_a_moment(tmp_path, mariadb, elasticsearch))
    before = site.contents()
    writer = Writer(site)
    site.begin_locked()
    writer.start()
    try:
        snapshot = site.must("snapshot")
    finally:
        writer.stop()
    assert writer.rounds > 0, "the writer never got to write"
    assert 0 < snapshot.result["maintenance_seconds"] < 60
    assert not site.flag.exists() and site.returns_to() is None
    assert site.contents() != before
    assert site.must("maintenance off").code == 0
    site.must("verify --which snapshot")
    site.must("prune")
    assert site.finish() == "succeeded"

    (tmp_path / "when-back.py").write_text("")
    site.begin_locked("restore", BackupId=snapshot.result["backup_id"])
    for words in ("preflight", "verify --which target", "stage", "maintenance on", "snapshot"):
        site.must(words)
    assert site.flag.exists() and site.returns_to() == 0, "a safety archive let users back in"
    for words in ("verify --which snapshot", "destroy", "restore", "prove", "apply", "maintenance off"):
        site.must(words)
    assert site.finish() == "succeeded"
    assert site.contents() == before


def test_without_the_setting_users_wait_for_the_whole_snapshot(make):
    site = make(release="after_snapshot")
    site.begin_locked()
    snapshot = site.must("snapshot")
    assert site.flag.exists() and site.returns_to() == 0
    assert "maintenance_seconds" not in snapshot.result
    site.must("maintenance off")
    assert not site.flag.exists()


def test_maintenance_that_was_on_by_hand_stays_on(make):
    site = make()
    site.flag.write_text("closed by hand for the weekend\n")
    site.begin_locked()
    site.must("snapshot")
    assert site.flag.read_text() == "closed by hand for the weekend\n" and site.returns_to() is None
    site.must("maintenance off")
    assert site.flag.exists()


def test_with_users_back_in_no_second_snapshot_is_taken(make):
    site = make()
    site.begin_locked()
    site.must("snapshot")
    again = site.step("snapshot")
    assert again.code == 18 and "maintenance" in again.err


@pytest.mark.parametrize("lost", ["index", "sessions"])
def test_a_cut_that_is_lost_fails_the_backup(make, mariadb, elasticsearch, lost):
    kill = ("SELECT CONCAT('KILL ', ID) FROM information_schema.PROCESSLIST"
            " WHERE ID<>CONNECTION_ID() AND COMMAND='Sleep'")
    script = {
        "index": f"""
import urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({{}}))
opener.open(urllib.request.Request({elasticsearch.url!r} + "/{INDEX}", method="DELETE"))
""",
        "sessions": f"""
import subprocess
argv, environment = {mariadb.client_argv()!r}, {{"MYSQL_PWD": {mariadb.password!r}, "PATH": "/usr/bin:/bin"}}
found = subprocess.run(argv, input={kill!r}, text=True, env=environment, check=True, stdout=subprocess.PIPE)
subprocess.run(argv + ["--force"], input=found.stdout.replace("\\n", ";\\n"), text=True, env=environment)
""",
    }[lost]
    site = make(script)
    site.begin_locked()
    snapshot = site.step("snapshot")
    assert snapshot.code in (13, 14), snapshot
    assert snapshot.err.startswith("ERROR ") or "ERROR " in snapshot.err
    assert not site.flag.exists() and site.returns_to() is None
    assert site.archives_listed() == []
    assert list(site.archives.iterdir()) == []
    assert site.step("prune").code == 18
    assert site.finish() == "failed"


@pytest.mark.parametrize("moment", ["while users are let back in", "after it"])
def test_a_snapshot_that_is_killed_leaves_users_in_and_no_archive(make, mariadb, moment):
    inside = moment != "after it"
    # a server that stands still keeps the copy from ending
    site = make("import time; time.sleep(60)" if inside else
                f"import os, signal; os.kill({mariadb.process.pid}, signal.SIGSTOP)")
    site.begin_locked()
    step = site.start("snapshot", **site.operation)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if inside and "resume_command" in step.stdout.readline():
                break
            if not inside and not site.flag.exists() and site.returns_to() is None:
                break
        step.send_signal(signal.SIGKILL)
        step.communicate(timeout=20)
    finally:
        mariadb.process.send_signal(signal.SIGCONT)
    assert site.flag.exists() == inside
    assert site.returns_to() == (0 if inside else None)
    site.environment_file.write_text(json.dumps(
        {**json.loads(site.environment_file.read_text()),
         "maintenance": {"flag_file": str(site.flag), "release": "after_cut"}}))
    assert site.finish() == "aborted"
    assert not site.flag.exists() and site.returns_to() is None
    assert site.archives_listed() == [] and list(site.archives.iterdir()) == []


def test_a_flag_that_somebody_sets_during_the_copy_is_left_alone(make, tmp_path):
    site = make()
    site.begin_locked()
    site.must("snapshot")
    site.flag.write_text("closed by hand\n")
    site.must("maintenance off")
    assert site.finish() == "aborted"
    assert site.flag.read_text() == "closed by hand\n"


def test_preflight_refuses_tables_without_transactions(make):
    site = make()
    site.database.execute("CREATE TABLE plain (n INT, note TEXT) ENGINE=MyISAM", DATABASE)
    refused = site.run("preflight", "--dry-run")
    assert refused.code == 18 and f"{DATABASE}.plain" in refused.err, refused
    assert 'maintenance.release to "after_snapshot"' in refused.err


def test_preflight_refuses_more_without_a_cut_than_allowed(make):
    site = make(max_cut_bytes=100_000)
    assert site.run("preflight", "--dry-run").code == 0
    (site.config / "large.bin").write_bytes(bytes(200_000))
    refused = site.run("preflight", "--dry-run")
    assert refused.code == 18 and "max_cut_bytes" in refused.err, refused


def test_what_the_search_server_copies_by_itself_counts_as_without_a_cut(make, elasticsearch):
    site = make(max_cut_bytes=100_000, indices={
        "method": "snapshot", "snapshot": {"repository_path": str(elasticsearch.repository)}})
    refused = site.run("preflight", "--dry-run")
    assert refused.code == 18 and "max_cut_bytes" in refused.err, refused
