"""An environment whose users never rest: the moment they are let back in they write to every store, and
what each store held before is on record."""

from __future__ import annotations

import itertools
import json
import subprocess
import threading
import time
import urllib.request
import zlib
from dataclasses import dataclass
from pathlib import Path

from services.http_get import opener
from support.deployment import Deployment, Ended
from support.peak import Peak

BUILD = {"BUILD_URL": "http://jenkins/job/bench/1/"}
ROWS_WIDE, ROWS_NARROW, DOCUMENTS, CLOUD_DOCUMENTS = 160_000, 600_000, 60_000, 500
FILES, FILE_BYTES = 400, 50_000
PROJECT = "demo-bench"


@dataclass
class Servers:
    database: object
    search: object
    site: object  # nginx, which looks at the flag of `flag_file`
    cloud: object | None = None  # Firestore, where there is one


class BusySite(Deployment):
    """`factor` multiplies what lies in the stores; what has no cut stays as large as it is."""

    def __init__(self, folder: Path, bin_dir: Path, servers: Servers, flag: Path, factor: float) -> None:
        self.servers, self.factor = servers, factor
        self.label = f"busy{factor:g}".replace(".", "_")
        folder.mkdir(parents=True)
        (folder / "password").write_text(servers.database.password)
        super().__init__(folder, bin_dir, name=self.label.replace("_", "-"), resources=self.resources(folder),
                         maintenance={"flag_file": str(flag), "probe_url": f"{servers.site.url}/",
                                      "probe_timeout_seconds": 10, "release": "after_cut"})
        self.flag = flag
        self.windows: list[float] = []  # seconds that users were out, one per backup
        self.totals: list[float] = []  # seconds of the snapshots
        self.writes = 0
        self.peaks_kib: dict[str, int] = {}  # by step
        self.fill()

    def resources(self, folder: Path) -> dict:
        servers = self.servers
        found = {
            "config_local": {"path": str(folder / "config-local")},
            "deployment": {"path": str(folder / "deployment"), "fetch": False},
            "mysql": {"socket": str(servers.database.socket), "user": servers.database.user,
                      "password": {"file": str(folder / "password")}, "databases": [self.label]},
            "elasticsearch": {"urls": [servers.search.url], "include": [f"{self.label}-*"]},
        }
        if servers.cloud:
            found["firebase"] = {"project": PROJECT, "emulator": True, "firestore": {
                "endpoint": servers.cloud.url, "databases": [{"collections": [self.label]}]}}
        return found

    # what the stores hold
    def fill(self) -> None:
        for number in range(FILES):
            (self.config / f"file-{number:04}.conf").write_bytes(f"key{number} = {number * 7919}\n".encode()
                                                                 * (FILE_BYTES // 24))
        copy = self.folder / "deployment"
        copy.mkdir()
        (copy / "compose.yml").write_text("services: {}\n")
        for words in ("init -q -b main", "add -A", "-c user.name=b -c user.email=b@example.org commit -qm one"):
            subprocess.run(["git", "-C", str(copy), *words.split()], check=True)
        self.fill_database()
        self.fill_search()
        if self.servers.cloud:
            self.fill_cloud()

    def fill_database(self) -> None:
        self.servers.database.execute(
            f"CREATE DATABASE {self.label}; USE {self.label};"
            "CREATE TABLE trial (id INT PRIMARY KEY, n INT NOT NULL, name VARCHAR(120), notes TEXT,"
            " price DECIMAL(12,4), created DATETIME(3), settings JSON);"
            "INSERT INTO trial SELECT seq, 0, CONCAT('trial number ', seq),"
            " CONCAT('Observed at ', MD5(seq * 7), ' with a remark about the sample and its ', SHA1(seq * 3),"
            " ' and the operator wrote: nothing unusual, repeat after ', seq % 90, ' days.'), seq / 7,"
            " TIMESTAMPADD(SECOND, seq, '2020-01-01'), CONCAT('{\"site\": ', seq % 977, ', \"key\": \"', MD5(seq),"
            f" '\"}}') FROM seq_1_to_{int(ROWS_WIDE * self.factor)};"
            "CREATE TABLE event (id INT PRIMARY KEY, n INT NOT NULL, trial_id INT, kind SMALLINT, at DATETIME,"
            " KEY trial_ix (trial_id));"
            "INSERT INTO event SELECT seq, 0, seq * 7919 % 100000, seq % 40,"
            f" TIMESTAMPADD(SECOND, seq, '2020-01-01') FROM seq_1_to_{int(ROWS_NARROW * self.factor)};"
            "ANALYZE TABLE trial, event")

    def fill_search(self) -> None:
        self.servers.search.call("PUT", f"/{self.label}-items", {
            "settings": {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"}})
        for first in range(0, int(DOCUMENTS * self.factor), 5000):
            lines = []
            for number in range(first, min(first + 5000, int(DOCUMENTS * self.factor))):
                lines.append(f'{{"index":{{"_id":"{number}"}}}}')
                lines.append(json.dumps(document(number, 0, f"item {number} lies in hall {number % 17}, " * 9)))
            self.servers.search.call("POST", f"/{self.label}-items/_bulk", "\n".join([*lines, ""]))
        self.servers.search.call("PUT", f"/{self.label}-items/_settings", {"refresh_interval": None})
        self.servers.search.call("POST", f"/{self.label}-items/_refresh")

    def fill_cloud(self) -> None:
        for first in range(0, int(CLOUD_DOCUMENTS * self.factor), 250):
            self.commit([(f"doc-{number}", 0, f"note {number} " * 30)
                         for number in range(first, min(first + 250, int(CLOUD_DOCUMENTS * self.factor)))])

    def contents(self) -> dict:
        """Counts and checksums of everything, by the stores' own means."""
        self.servers.search.call("POST", f"/{self.label}-items/_refresh")
        found = self.servers.search.call("POST", f"/{self.label}-items/_search", {
            "size": 0, "track_total_hits": True,
            "aggs": {name: {"sum": {"field": name}} for name in ("n", "crc")}})
        files = sorted(path for path in self.config.rglob("*") if path.is_file())
        return {
            "files": [(path.name, zlib.crc32(path.read_bytes())) for path in files],
            "tables": self.servers.database.execute(
                f"CHECKSUM TABLE {self.label}.trial, {self.label}.event;"
                f"SELECT COUNT(*), SUM(n) FROM {self.label}.trial; SELECT COUNT(*), SUM(n) FROM {self.label}.event"),
            "documents": (found["hits"]["total"]["value"], found["aggregations"]["n"]["value"],
                          found["aggregations"]["crc"]["value"]),
            "cloud": self.cloud_contents() if self.servers.cloud else None,
        }

    # Firestore, by its REST API
    def cloud_call(self, verb: str, body: dict):
        url = f"{self.servers.cloud.url}/v1/projects/{PROJECT}/databases/(default)/documents:{verb}"
        request = urllib.request.Request(url, data=json.dumps(body).encode(), headers={
            "Content-Type": "application/json", "Authorization": "Bearer owner"})
        with opener.open(request, timeout=120) as answer:
            return json.load(answer)

    def commit(self, documents) -> None:
        prefix = f"projects/{PROJECT}/databases/(default)/documents/{self.label}"
        self.cloud_call("commit", {"writes": [
            {"update": {"name": f"{prefix}/{name}", "fields": {
                "n": {"integerValue": str(n)}, "note": {"stringValue": note}}}}
            for name, n, note in documents]})

    def cloud_contents(self) -> tuple:
        rows = self.cloud_call("runQuery", {"structuredQuery": {"from": [{"collectionId": self.label}]}})
        found = sorted((row["document"]["name"].rsplit("/", 1)[1], row["document"]["fields"]["n"]["integerValue"],
                        row["document"]["fields"]["note"]["stringValue"]) for row in rows if "document" in row)
        return len(found), zlib.crc32(repr(found).encode())

    # jobs
    def step(self, words: str, **variables: str) -> Ended:
        """A step that must succeed; its peak of memory is kept."""
        result = self.folder / "result.json"
        result.unlink(missing_ok=True)
        process = self.start(*words.split(), STEP_RESULT=str(result), **BUILD, **variables)
        peak = Peak(process)
        output, error = process.communicate()
        parsed = json.loads(result.read_text()) if result.exists() else {}
        ended = Ended(process.returncode, output, error, parsed)
        if ended.code != 0:
            raise RuntimeError(f"{words}: {ended!r}")
        name = words.split()[0]
        self.peaks_kib[name] = max(self.peaks_kib.get(name, 0), peak.stop())
        return ended

    def back_up(self) -> str:
        """One backup, up to its verification. Users write from the moment they may until it has ended."""
        operation = self.step("operation begin --kind backup").result["operation_id"]
        users = Users(self)
        users.start()
        try:
            self.step("maintenance on", OPERATION_ID=operation)
            begun = time.monotonic()
            snapshot = self.step("snapshot", OPERATION_ID=operation)
            self.totals.append(time.monotonic() - begun)
        finally:
            users.stop()
        for words in ("maintenance off", "verify --which snapshot", "operation finish"):
            self.step(words, OPERATION_ID=operation)
        if users.error:
            raise users.error
        self.windows.append(users.window_seconds())
        self.writes += users.rounds
        return snapshot.result["backup_id"]

    def restore(self, backup_id: str) -> None:
        operation = self.step("operation begin --kind restore", BackupId=backup_id).result["operation_id"]
        for words in ("preflight", "verify --which target", "stage", "maintenance on", "snapshot",
                      "verify --which snapshot", "destroy", "restore", "prove", "apply", "maintenance off",
                      "operation finish"):
            self.step(words, OPERATION_ID=operation)

    def remove_archives(self) -> None:
        for path in self.archives.iterdir():
            path.unlink()


def document(number: int, n: int, note: str) -> dict:
    return {"n": n, "note": note, "site": number % 977, "crc": zlib.crc32(note.encode())}


class Users(threading.Thread):
    """Sees the site close and open again, then writes to every store until stopped."""

    def __init__(self, site: BusySite) -> None:
        super().__init__(daemon=True)
        self.site = site
        self.stopped = threading.Event()
        self.closed_at = self.open_at = 0.0
        self.rounds = 0
        self.error: Exception | None = None

    def window_seconds(self) -> float:
        if not self.closed_at < self.open_at:
            raise RuntimeError("the site was not seen to close and open again")
        return self.open_at - self.closed_at

    def run(self) -> None:
        self.closed_at = self.wait_for_flag(True)
        self.open_at = self.wait_for_flag(False)
        try:
            for number in itertools.count(1):
                if self.stopped.is_set():
                    return
                self.write(number)
                self.rounds += 1
        except Exception as error:  # told by whoever waits for this thread
            self.error = error

    def wait_for_flag(self, there: bool) -> float:
        while self.site.flag.exists() != there and not self.stopped.is_set():
            time.sleep(0.001)
        return time.monotonic()

    def write(self, number: int) -> None:
        site, late = self.site, f"late-{time.monotonic_ns()}"
        site.servers.database.execute(
            f"UPDATE trial SET n = n + 1 WHERE id % 97 = {number % 97} AND id < 20000;"
            f"DELETE FROM event WHERE id BETWEEN {number * 10} AND {number * 10 + 5};"
            f"REPLACE INTO event VALUES ({1_000_000_000 + number}, 5, 1, 1, NOW())", site.label)
        site.servers.search.call("POST", f"/{site.label}-items/_bulk?refresh=true", [
            {"index": {"_id": late}}, document(1, 7, late), {"index": {"_id": str(number * 3)}},
            document(2, 9, late), {"delete": {"_id": str(number * 3 + 1)}}])
        if site.servers.cloud:
            site.commit([(late, 3, late), (f"doc-{number % 400}", 4, late)])
        (site.config / "file-0000.conf").write_text(late)

    def stop(self) -> None:
        self.stopped.set()
        self.join(120)
