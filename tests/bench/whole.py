"""The whole environment: our backup and restore of configuration, databases and indices, against the
peers one after the other, as a shell script does it. BENCH_FACTOR makes the data smaller or larger."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import config_local, elasticsearch
from benching.metric import Metric, Skipped
from services.elasticsearch import Elasticsearch
from services.mariadb import Mariadb
from services.sql_server import FAST_OPTIONS
from support.deployment import Deployment
from support.peak import Peak

FACTOR = float(os.environ.get("BENCH_FACTOR", "1"))
TARGET = 0.4
MEMORY_LIMIT_MIB = 256
DATABASES = ["athena-server", "oauth2-users", "oauth2-server"]
DATA_SET = Path(__file__).with_name("athena.sql")
BUILD = {"BUILD_URL": "http://jenkins/job/bench/1/"}
RESTORE = ("preflight", "verify --which target", "stage", "maintenance on", "snapshot", "verify --which snapshot",
           "destroy")


def metrics(bin_dir: Path) -> Iterator[Metric]:
    if shutil.which("npm") is None:
        raise Skipped("npm, which installs elasticdump, is missing")
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="eb-bench-whole-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        database, search = Mariadb(options=FAST_OPTIONS), Elasticsearch(heap="1g", quick_start=False)
        for server in (database, search):
            stack.callback(server.stop)
            server.start()
        for server in (database, search):
            server.wait_ready()
        site = Site(folder, bin_dir, database, search)
        yield Metric("whole/backup-script", TARGET, site.backup, site.script_backup)
        yield Metric("whole/restore-script", TARGET, site.restore, site.script_restore)
        yield Metric("whole/resident", MEMORY_LIMIT_MIB, lambda: max(site.peaks.values()) / 1024, unit="MiB")


class Site(Deployment):
    def __init__(self, folder: Path, bin_dir: Path, database: Mariadb, search: Elasticsearch) -> None:
        self.database, self.search = database, search
        (folder / "password").write_text(database.password)
        super().__init__(folder, bin_dir, name="bench", resources={
            "config_local": {"path": str(folder / "config-local")},
            "mysql": {"socket": str(database.socket), "user": database.user,
                      "password": {"file": str(folder / "password")}, "databases": DATABASES},
            "elasticsearch": {"urls": [search.url], "include": ["items"]}})
        self.elasticdump = elasticsearch.install_elasticdump()
        self.peaks: dict[str, int] = {}  # KiB, by step
        self.dumps = folder / "dumps"
        config_local.fill(self.config, FACTOR)
        database.execute(re.sub(r"seq_1_to_(\d+)", lambda found: f"seq_1_to_{int(int(found[1]) * FACTOR)}",
                                DATA_SET.read_text()))
        elasticsearch.fill(search, "items", int(elasticsearch.DOCUMENTS * FACTOR))
        self.backup_id = ""

    # ours
    def backup(self) -> float:
        for path in self.archives.iterdir():
            path.unlink()
        operation = self.begun("backup")
        self.step("maintenance on", operation)
        seconds = self.step("snapshot", operation)
        for words in ("maintenance off", "verify --which snapshot", "operation finish"):
            self.step(words, operation)
        self.backup_id = next(self.archives.glob("*.tar")).stem
        return seconds

    def restore(self) -> float:
        if not self.backup_id:
            self.backup()
        operation = self.begun("restore", BackupId=self.backup_id)
        for words in RESTORE:
            self.step(words, operation)
        seconds = self.step("restore", operation)
        for words in ("prove", "apply", "maintenance off", "operation finish"):
            self.step(words, operation)
        return seconds

    def begun(self, kind: str, **variables: str) -> str:
        begun = self.begin(kind, **BUILD, **variables)
        if begun.code != 0:
            raise RuntimeError(repr(begun))
        return begun.result["operation_id"]

    def step(self, words: str, operation: str) -> float:
        """Seconds of a step that must succeed; its peak of memory is kept."""
        begun = time.perf_counter()
        process = self.start(*words.split(), OPERATION_ID=operation, **BUILD)
        peak = Peak(process)
        text = "".join(process.communicate())
        seconds = time.perf_counter() - begun
        if process.returncode != 0:
            raise RuntimeError(f"{words}: exit {process.returncode}\n{text}")
        name = words.split()[0]
        self.peaks[name] = max(self.peaks.get(name, 0), peak.stop())
        return seconds

    # the peers, each with what its documentation gives for speed
    def script_backup(self) -> float:
        shutil.rmtree(self.dumps, ignore_errors=True)
        self.dumps.mkdir()
        return self.script(
            f"tar c -C '{self.folder}' config-local | zstd -1 -T0 -q -o config.tar.zst",
            "mariadb-dump --no-defaults --socket='{socket}' --user=root --single-transaction --routines"
            f" --triggers --events --databases {' '.join(DATABASES)} | zstd -1 -q -o databases.sql.zst",
            f"'{self.elasticdump}' --input={self.search.url}/items --output=items.json --type=data"
            f" --limit={elasticsearch.LIMIT} > /dev/null",
            "sync -f .")

    def script_restore(self) -> float:
        if not (self.dumps / "items.json").exists():
            self.script_backup()
        for name in DATABASES:
            self.database.execute(f"DROP DATABASE IF EXISTS `{name}`")
        self.search.call("DELETE", "/items")
        self.search.call("PUT", "/items", elasticsearch.DEFINITION)
        seconds = self.script(
            "rm -rf untarred; mkdir untarred; zstd -dcq config.tar.zst | tar x -C untarred",
            "zstd -dcq databases.sql.zst | mariadb --no-defaults --socket='{socket}' --user=root",
            f"'{self.elasticdump}' --input=items.json --output={self.search.url}/items --type=data"
            f" --limit={elasticsearch.LIMIT} > /dev/null",
            "sync -f untarred")
        shutil.rmtree(self.dumps / "untarred")
        return seconds

    def script(self, *lines: str) -> float:
        text = "\n".join(lines).replace("{socket}", str(self.database.socket))
        begun = time.perf_counter()
        subprocess.run(["bash", "-o", "pipefail", "-ec", text], cwd=self.dumps, check=True,
                       env={**self.database.client_environment(),
                            **elasticsearch.elasticdump_environment(self.elasticdump)})
        return time.perf_counter() - begun
