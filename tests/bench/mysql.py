"""MariaDB: our dump, load and prove of the data set "athena" against mydumper, myloader, mariadb-dump.

Needs the release build with tests (cmake --preset release; target stage_driver) and mydumper, which
is installed when it is missing. Everything lives in one temporary folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benching.metric import Metric
from services.mariadb import Mariadb
from services.sql_server import FAST_OPTIONS

DATABASES = ["athena-server", "oauth2-users", "oauth2-server"]
DATA_SET = Path(__file__).with_name("athena.sql")
MEMORY_LIMIT_MIB = 256


def metrics(bin_dir: Path) -> Iterator[Metric]:
    bench = Bench(bin_dir.parent / "drivers" / "stage_driver")
    try:
        yield Metric("mysql/dump-mydumper", 0.95, bench.dump, bench.mydumper)
        yield Metric("mysql/dump-mysqldump-zstd", 0.4, bench.dump, bench.mysqldump)
        yield Metric("mysql/prove-own-dump", 1.1, bench.prove, bench.dump)
        yield Metric("mysql/load-myloader", 0.85, bench.load, bench.myloader)
        yield Metric("mysql/load-mysql", 0.4, bench.load, bench.mysql)
        yield Metric("mysql/resident", MEMORY_LIMIT_MIB, bench.peak_mib, unit="MiB")
        yield Metric("mysql/resident-of-ten-times-the-rows", 1.1, bench.peak_of_ten_times,
                     bench.peak_of_a_table, unit="KiB")
    finally:
        bench.close()


class Bench:
    def __init__(self, driver: Path) -> None:
        if not driver.exists():
            raise SystemExit(f"{driver} is missing: build target stage_driver of preset release")
        if shutil.which("mydumper") is None:
            subprocess.run(["apt-get", "install", "-y", "-qq", "mydumper"], check=True)
        self.driver = driver
        self.folder = Path(tempfile.mkdtemp(prefix="eb-bench-mysql-"))
        self.peak_kib = 0
        self.peaks: dict[int, float] = {}  # by rows
        self.server = Mariadb(options=FAST_OPTIONS)
        self.server.__enter__()
        self.server.load(DATA_SET)
        self.section = self.folder / "section.json"
        self.section.write_text(json.dumps({
            "socket": str(self.server.socket), "user": "root", "password": self.server.password,
            "databases": DATABASES}))
        self.archive = ""
        self.peer_dump = self.folder / "mydumper"
        self.plain_dump = self.folder / "dump.sql"

    def close(self) -> None:
        self.server.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ours
    def dump(self) -> float:
        archives = self.fresh("archives")
        seconds, output = self.run_driver("capture", str(archives))
        self.archive = output.strip()
        return seconds

    def prove(self) -> float:
        return self.run_driver("prove", self.archive)[0]

    def load(self) -> float:
        self.run_driver("destroy", self.archive)
        seconds, _ = self.run_driver("restore", self.archive)
        self.run_driver("clean_up", self.archive)
        return seconds

    def peak_mib(self) -> float:
        return self.peak_kib / 1024

    # memory of a capture, a prove and a restore, of a table and of one that is ten times as large
    def peak_of_a_table(self) -> float:
        return self.peak_of_rows(500_000)

    def peak_of_ten_times(self) -> float:
        return self.peak_of_rows(5_000_000)

    def peak_of_rows(self, rows: int) -> float:
        if rows not in self.peaks:
            self.peaks[rows] = self.measure_peak(rows)
        return self.peaks[rows]

    def measure_peak(self, rows: int) -> float:
        self.server.execute(
            "CREATE DATABASE growing; USE growing; CREATE TABLE t (id BIGINT PRIMARY KEY, a BIGINT,"
            " b VARCHAR(200), KEY a_ix (a)); INSERT INTO t SELECT seq, seq DIV 40,"
            " CONCAT(MD5(seq), MD5(seq + 1), REPEAT(MD5(seq DIV 7), 4))"
            f" FROM seq_1_to_{rows}")
        section = self.folder / "growing.json"
        section.write_text(json.dumps({**json.loads(self.section.read_text()),
                                       "databases": ["growing"]}))
        self.peak_kib = 0
        archive = self.run_driver("capture", str(self.fresh("growing")), section)[1].strip()
        for verb in ("destroy", "restore", "prove", "clean_up"):
            self.run_driver(verb, archive, section)
        self.server.execute("DROP DATABASE growing")
        return self.peak_kib

    # peers, with what their documentation gives for speed
    def mydumper(self) -> float:
        self.fresh("mydumper")
        return self.seconds(["mydumper", *self.peer_login(), "-t", "2", "-o", str(self.peer_dump),
                             "--regex", "^(athena-server|oauth2-users|oauth2-server)\\."])

    def myloader(self) -> float:
        if not self.peer_dump.exists():
            self.mydumper()
        self.drop()
        return self.seconds(["myloader", *self.peer_login(), "-t", "2", "-d", str(self.peer_dump)])

    def mysqldump(self) -> float:
        target = self.folder / "dump.sql.zst"
        return self.seconds(["bash", "-c", 'set -o pipefail; "${@:2}" | zstd -1 -q -f -o "$1"', "-",
                             str(target), *self.dump_argv()])

    def mysql(self) -> float:
        if not self.plain_dump.exists():
            with self.plain_dump.open("wb") as target:
                subprocess.run(self.dump_argv(), env=self.login(), stdout=target, check=True)
        self.drop()
        return self.seconds(["bash", "-c", '"${@:2}" < "$1"', "-", str(self.plain_dump),
                             *self.server.client_argv()])

    # details
    def login(self) -> dict[str, str]:
        return {**os.environ, **self.server.client_environment()}

    def peer_login(self) -> list[str]:
        return ["-S", str(self.server.socket), "-u", "root", "-p", self.server.password]

    def dump_argv(self) -> list[str]:
        return ["mariadb-dump", "--no-defaults", f"--socket={self.server.socket}", "--user=root",
                "--single-transaction", "--routines", "--triggers", "--events", "--databases",
                *DATABASES]

    def drop(self) -> None:
        for name in DATABASES:
            self.server.execute(f"DROP DATABASE IF EXISTS `{name}`")

    def fresh(self, name: str) -> Path:
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def seconds(self, argv: list[str]) -> float:
        begun = time.perf_counter()
        # mydumper has been seen to wait for ever at its end
        subprocess.run(argv, env=self.login(), check=True, stdout=subprocess.DEVNULL, timeout=900)
        return time.perf_counter() - begun

    def run_driver(self, verb: str, path: str, section: Path | None = None) -> tuple[float, str]:
        begun = time.perf_counter()
        done = subprocess.run([str(self.driver), "mysql", verb, str(section or self.section), path],
                              capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - begun
        if done.returncode != 0:
            raise RuntimeError(f"{verb}: exit code {done.returncode}: {done.stdout}{done.stderr}")
        self.peak_kib = max(self.peak_kib, int(done.stderr.split()[-1]))
        return seconds, done.stdout
