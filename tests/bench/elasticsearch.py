"""Elasticsearch: our export and import of 300 000 documents against elasticdump at its best limit, and
the method snapshot against the bare calls of the server.

Needs the release build with tests (cmake --preset release; target stage_driver) and npm, which installs
the pinned elasticdump. Everything else lives in one temporary folder."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benching.metric import Metric
from services.cache import cache_dir
from services.elasticsearch import Elasticsearch

ELASTICDUMP = "elasticdump@6.125.1"
LIMIT = 10_000  # the most that the server allows, and where elasticdump is fastest
DOCUMENTS = 300_000
BULK_BYTES = 2 << 20  # where the server is fastest
WARM_LOADS = 5  # rounds until the server's JVM has compiled what loading takes
MEMORY_LIMIT_MIB = 256
MEMORY_GROWTH = 1.15
UNLIMITED = {"max_snapshot_bytes_per_sec": "0", "max_restore_bytes_per_sec": "0"}
DEFINITION = {
    "settings": {"number_of_shards": 1, "number_of_replicas": 0},
    "mappings": {"properties": {
        "title": {"type": "text"}, "description": {"type": "text"}, "status": {"type": "keyword"},
        "uuid": {"type": "keyword"}, "price": {"type": "double"}, "count": {"type": "integer"},
        "created": {"type": "date"}, "tags": {"type": "keyword"}}}}


def metrics(bin_dir: Path) -> Iterator[Metric]:
    bench = Bench(bin_dir.parent / "drivers" / "stage_driver")
    try:
        yield Metric("elasticsearch/export-elasticdump", 0.3, bench.export, bench.dump)
        yield Metric("elasticsearch/prove-own-export", 1.1, bench.prove, bench.export)
        yield Metric("elasticsearch/import-elasticdump", 0.45, bench.load, bench.undump, warm=WARM_LOADS)
        yield Metric("elasticsearch/import-two-bare-writers", 1.1, bench.load, bench.bare_load)
        yield Metric("elasticsearch/snapshot-bare-call", 1.3, bench.snapshot, bench.limited_snapshot)
        yield Metric("elasticsearch/snapshot-unlimited-call-and-tar-zstd", 1.0, bench.snapshot, bench.packed_snapshot)
        yield Metric("elasticsearch/snapshot-restore-bare-call", 1.3, bench.snapshot_back, bench.bare_restore)
        yield Metric("elasticsearch/resident", MEMORY_LIMIT_MIB, lambda: bench.peak_mib, unit="MiB")
        yield Metric("elasticsearch/resident-at-10-times-the-documents", MEMORY_GROWTH,
                     lambda: bench.peak_mib_of("items"), lambda: bench.peak_mib_of("tenth"), unit="MiB")
    finally:
        bench.close()


class Bench:
    def __init__(self, driver: Path) -> None:
        if not driver.exists():
            raise SystemExit(f"{driver} is missing: build target stage_driver of preset release")
        self.driver = driver
        self.elasticdump = install_elasticdump()
        self.folder = Path(tempfile.mkdtemp(prefix="eb-bench-search-"))
        self.peaks: list[int] = []
        self.server = Elasticsearch(heap="1g", quick_start=False)
        self.server.__enter__()
        fill(self.server, "items", DOCUMENTS)
        fill(self.server, "tenth", DOCUMENTS // 10)
        self.exported = self.archive("export", "items")
        self.snapped = self.archive("snapshot", "items")
        self.dump_file = self.folder / "items.json"
        self.dump()
        self.bulks = list(bulks_of(self.dump_file))

    def close(self) -> None:
        self.server.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ours
    def export(self) -> float:
        return self.capture("export", "items")[0]

    def prove(self) -> float:
        return self.run_driver("prove", "export", "items", self.exported)[0]

    def load(self) -> float:
        return self.put_back("export", self.exported)

    def snapshot(self) -> float:
        return self.capture("snapshot", "items")[0]

    def snapshot_back(self) -> float:
        return self.put_back("snapshot", self.snapped)

    # peers
    def dump(self) -> float:
        self.dump_file.unlink(missing_ok=True)
        return self.seconds([str(self.elasticdump), f"--input={self.server.url}/items",
                             f"--output={self.dump_file}", "--type=data", f"--limit={LIMIT}"])

    def undump(self) -> float:
        self.server.call("DELETE", "/items")
        self.server.call("PUT", "/items", DEFINITION)
        taken = self.seconds([str(self.elasticdump), f"--input={self.dump_file}",
                              f"--output={self.server.url}/items", "--type=data", f"--limit={LIMIT}"])
        self.require_whole()
        return taken

    def bare_load(self) -> float:
        """The least that an import can take: two connections that send bulks as fast as the server answers."""
        self.server.call("DELETE", "/items")
        self.server.call("PUT", "/items", DEFINITION)
        begun = time.perf_counter()
        self.server.call("PUT", "/items/_settings", {"index.refresh_interval": "-1"})
        with ThreadPoolExecutor(2) as writers:
            list(writers.map(self.send_bulk, self.bulks))
        self.server.call("POST", "/items/_refresh")
        taken = time.perf_counter() - begun
        self.require_whole()
        return taken

    def send_bulk(self, body: bytes) -> None:
        self.server.call("POST", "/items/_bulk?filter_path=errors", body)

    def limited_snapshot(self) -> float:
        """The bare call as the server comes: it limits itself to 40 MB/s."""
        return self.bare_snapshot({})

    def packed_snapshot(self) -> float:
        """What a shell script does for one file that can be carried away and checked."""
        seconds = self.bare_snapshot()
        begun = time.perf_counter()
        subprocess.run(f"set -o pipefail; tar c bare | zstd -q -1 -T0 | tee {self.folder}/bare.tar.zst | sha256sum"
                       f" > {self.folder}/bare.sum && sync {self.folder}/bare.tar.zst", shell=True, check=True,
                       executable="/bin/bash", cwd=self.server.repository)
        return seconds + time.perf_counter() - begun

    def bare_snapshot(self, limits: dict[str, str] = UNLIMITED) -> float:
        self.forget_bare()
        self.server.call("PUT", "/_snapshot/bare", {"type": "fs", "settings": {
            "location": str(self.server.repository / "bare"), **limits}})
        begun = time.perf_counter()
        self.server.call("PUT", "/_snapshot/bare/one?wait_for_completion=true", {"indices": ["items"]})
        return time.perf_counter() - begun

    def bare_restore(self) -> float:
        self.bare_snapshot()
        self.server.call("DELETE", "/items")
        begun = time.perf_counter()
        self.server.call("POST", "/_snapshot/bare/one/_restore?wait_for_completion=true", {"indices": ["items"]})
        taken = time.perf_counter() - begun
        self.require_whole()
        return taken

    # memory
    @property
    def peak_mib(self) -> float:
        return max(self.peaks) / 1024

    def peak_mib_of(self, index: str) -> float:
        """Of every verb of the method `export`, once each."""
        before, self.peaks = self.peaks, []
        archive = self.capture("export", index)[1].strip()
        for verb in ("prove", "destroy", "restore"):
            self.run_driver(verb, "export", index, archive)
        peak = self.peak_mib
        self.peaks += before
        return peak

    # details
    def forget_bare(self) -> None:
        self.server.request("DELETE", "/_snapshot/bare/one")
        self.server.request("DELETE", "/_snapshot/bare")

    def archive(self, method: str, index: str) -> str:
        archives = self.folder / f"{method}-{index}"
        archives.mkdir()
        return self.run_driver("capture", method, index, str(archives))[1].strip()

    def capture(self, method: str, index: str) -> tuple[float, str]:
        archives = self.folder / "archives"
        shutil.rmtree(archives, ignore_errors=True)
        archives.mkdir()
        return self.run_driver("capture", method, index, str(archives))

    def put_back(self, method: str, archive: str) -> float:
        self.run_driver("destroy", method, "items", archive)
        taken = self.run_driver("restore", method, "items", archive)[0]
        self.require_whole()
        return taken

    def require_whole(self) -> None:
        """All documents are there, and the server has no work left from before."""
        self.server.call("POST", "/items/_refresh")
        found = self.server.call("GET", "/items/_count")["count"]
        if found != DOCUMENTS:
            raise RuntimeError(f"{found} of {DOCUMENTS} documents came back")
        while self.server.call("GET", "/_stats/merge")["_all"]["total"]["merges"]["current"]:
            time.sleep(0.2)

    def run_driver(self, verb: str, method: str, index: str, path: str) -> tuple[float, str]:
        section = self.folder / f"{method}-{index}.json"
        section.write_text(json.dumps({"urls": [self.server.url], "include": [index], "method": method,
                                       "snapshot": {"repository_path": str(self.server.repository)}}))
        begun = time.perf_counter()
        done = subprocess.run([str(self.driver), "elasticsearch", verb, str(section), path],
                              capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - begun
        if done.returncode != 0:
            raise RuntimeError(f"{verb}: exit code {done.returncode}: {done.stdout}{done.stderr}")
        self.peaks.append(int(done.stderr.split()[-1]))
        return seconds, done.stdout

    def seconds(self, argv: list[str]) -> float:
        begun = time.perf_counter()
        done = subprocess.run(argv, capture_output=True, text=True, check=False,
                              env={**os.environ, **elasticdump_environment(self.elasticdump)})
        seconds = time.perf_counter() - begun
        if done.returncode != 0:
            raise RuntimeError(f"{argv}: exit code {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
        return seconds


def elasticdump_environment(program: Path) -> dict[str, str]:
    """It asks the server for its version, which the free build tells elsewhere."""
    return {"NODE_OPTIONS": f"--require={Path(__file__).with_name('elasticdump_version.js')}",
            "ELASTICDUMP_FOLDER": str(program.parents[1] / "elasticdump")}


def install_elasticdump() -> Path:
    folder = cache_dir() / "elasticdump"
    program = folder / "node_modules" / ".bin" / "elasticdump"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(folder),
                        ELASTICDUMP], check=True)
    return program


def bulks_of(dump_file: Path) -> Iterator[bytes]:
    """Bodies of _bulk from elasticdump's lines."""
    body = bytearray()
    for line in dump_file.open(encoding="utf-8"):
        document = json.loads(line)
        body += b'{"index":{"_id":"%b"}}\n' % document["_id"].encode()
        body += json.dumps(document["_source"]).encode() + b"\n"
        if len(body) >= BULK_BYTES:
            yield bytes(body)
            body.clear()
    if body:
        yield bytes(body)


def fill(server: Elasticsearch, index: str, documents: int) -> None:
    """About 600 bytes of JSON each, the same in every run."""
    server.call("PUT", f"/{index}", DEFINITION)
    dice = random.Random(7)
    words = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=dice.randint(3, 11))) for _ in range(20_000)]
    for begin in range(0, documents, 10_000):
        lines = []
        for number in range(begin, min(documents, begin + 10_000)):
            lines.append('{"index":{"_id":"item-%d"}}' % number)
            lines.append(json.dumps({
                "title": " ".join(dice.choices(words, k=5)), "description": " ".join(dice.choices(words, k=45)),
                "status": dice.choice(["open", "closed", "held"]), "uuid": str(uuid.UUID(int=dice.getrandbits(128))),
                "price": dice.randrange(10 ** 7) / 100, "count": dice.randrange(10 ** 6),
                "created": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}T10:00:00Z",
                "tags": dice.choices(words, k=3)}))
        server.call("POST", f"/{index}/_bulk?filter_path=errors", "\n".join([*lines, ""]))
    server.call("POST", f"/{index}/_refresh")
