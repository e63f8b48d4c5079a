"""A catalogue of 100 000 archives, half of them pruned: list, prune --dry-run, begin. The files of the
archives that are kept are there, empty."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

from benching.metric import Metric
from support.deployment import Deployment

ARCHIVES = 100_000
KEPT_DAYS = 60
LIST_SECONDS = 0.2
BEGIN_SECONDS = 0.05


def metrics(bin_dir: Path) -> Iterator[Metric]:
    folder = Path(tempfile.mkdtemp(prefix="eb-bench-catalogue-"))
    try:
        site = Site(folder, bin_dir)
        yield Metric("catalogue/list", LIST_SECONDS, lambda: site.seconds("catalogue", "list"))
        yield Metric("catalogue/prune-dry-run", LIST_SECONDS,
                     lambda: site.seconds("prune", "--dry-run"))
        yield Metric("catalogue/operation-begin", BEGIN_SECONDS, site.begin_seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Site(Deployment):
    def __init__(self, folder: Path, bin_dir: Path) -> None:
        super().__init__(folder, bin_dir, name="bench")
        self.builds = 0
        self.begin_seconds()  # makes the state file
        self.fill()

    def seconds(self, step: str, *arguments: str, **variables: str) -> float:
        begun = time.perf_counter()
        subprocess.run([self.bin_dir / step, *arguments], env=self.variables(**variables), check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - begun

    def begin_seconds(self) -> float:
        self.builds += 1
        build = {"BUILD_URL": f"http://jenkins/job/bench/{self.builds}/"}
        seconds = self.seconds("operation", "begin", "--kind", "backup", **build)
        self.seconds("operation", "finish", **build)
        return seconds

    def fill(self) -> None:
        """An archive every ten minutes up to now; those older than the policy's days are pruned, but
        for every second one, so that the folder holds many files too."""
        now = datetime.now(timezone.utc)
        archives, resources = [], []
        for number in range(ARCHIVES):
            made = now - timedelta(minutes=10 * (number + 1))
            at_ms = int(made.timestamp() * 1000)
            backup_id = f"bench-{made:%Y%m%dT%H%M%SZ}-{number % 0xffffff:06x}"
            pruned = number % 2 == 1 and (now - made).days > KEPT_DAYS
            status, pruned_ms = ("pruned", at_ms + 1) if pruned else ("complete", None)
            archives.append((backup_id, f"op-{number:016x}", "backup", f"nightly {number}", "timer",
                             status, at_ms, at_ms + 9000, at_ms + 12000, pruned_ms, 123456789,
                             f"{number:064x}"))
            resources += [(backup_id, position, name, 1000, 100000, 40000, '{"tables": 12}')
                          for position, name in enumerate(("config_local", "mysql"))]
            if not pruned:
                (self.archives / f"{backup_id}.tar").touch()
                (self.archives / f"{backup_id}.json").touch()
        with sqlite3.connect(self.state_file) as database:
            database.executemany(
                "INSERT INTO archives (backup_id, operation_id, kind, description, requested_by, status,"
                " created_ms, completed_ms, verified_ms, pruned_ms, size_bytes, manifest_sha256)"
                " VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", archives)
            database.executemany(
                "INSERT INTO archive_resources (backup_id, position, name, rows, plain_bytes,"
                " stored_bytes, detail_json) VALUES (?,?,?,?,?,?,?)", resources)
        database.close()
