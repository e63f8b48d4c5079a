"""20 000 configuration files of 1 GB: snapshot, restore and prove by the steps, against tar and zstd; verify
against sha256sum of the archive."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benching.metric import Metric
from support.deployment import Deployment, Ended

FILES = 20_000
TOTAL_BYTES = 1_000_000_000
BUILD = {"BUILD_URL": "http://jenkins/job/bench/1/"}
WORDS = ("server", "client", "token", "database", "timeout", "value", "enabled", "path")


def metrics(bin_dir: Path) -> Iterator[Metric]:
    folder = Path(tempfile.mkdtemp(prefix="eb-bench-config-"))
    try:
        site = Site(folder, bin_dir)
        yield Metric("config_local/snapshot", 1.0, site.snapshot_seconds, site.tar_seconds)
        yield Metric("config_local/restore", 1.0, site.restore_seconds, site.untar_seconds)
        yield Metric("config_local/verify", 1.2, site.verify_seconds, site.sha256sum_seconds)
        yield Metric("config_local/prove-own-capture", 1.1, site.prove_seconds, site.capture_seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Site(Deployment):
    def __init__(self, folder: Path, bin_dir: Path) -> None:
        super().__init__(folder, bin_dir, name="bench")
        fill(self.config)
        self.tar = folder / "peer.tar.zst"
        self.driver = bin_dir.parent / "drivers" / "stage_driver"
        if not self.driver.exists():
            raise SystemExit(f"{self.driver} is missing: build target stage_driver of preset release")
        self.section = folder / "config_local.json"
        self.section.write_text(json.dumps({"path": str(self.config)}))

    def step(self, step: str, *arguments: str, operation: str) -> float:
        begun = time.perf_counter()
        expect(self.run(step, *arguments, OPERATION_ID=operation, **BUILD))
        return time.perf_counter() - begun

    def start_operation(self, kind: str, **variables: str) -> str:
        ended = expect(self.begin(kind, **BUILD, **variables))
        operation = ended.result["operation_id"]
        self.step("maintenance", "on", operation=operation)
        return operation

    def end_operation(self, operation: str) -> None:
        self.step("maintenance", "off", operation=operation)
        self.step("operation", "finish", operation=operation)

    def remove_archives(self) -> None:
        for path in self.archives.iterdir():
            path.unlink()

    def snapshot_seconds(self) -> float:
        self.remove_archives()
        operation = self.start_operation("backup")
        seconds = self.step("snapshot", operation=operation)
        self.end_operation(operation)
        return seconds

    def verify_seconds(self) -> float:
        return self.step("verify", "--archive", self.newest().stem, operation="")

    def sha256sum_seconds(self) -> float:
        begun = time.perf_counter()
        subprocess.run(["sha256sum", str(self.newest())], check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - begun

    def newest(self) -> Path:
        return max(self.archives.glob("*.tar"), key=lambda path: path.stat().st_mtime)

    def tar_seconds(self) -> float:
        self.tar.unlink(missing_ok=True)
        begun = time.perf_counter()
        shell(f"tar c -C '{self.config.parent}' config-local | zstd -1 -T0 -q -o '{self.tar}'; "
              f"sync '{self.tar}'")
        return time.perf_counter() - begun

    def restore_seconds(self) -> float:
        self.remove_archives()
        backup = self.start_operation("backup")
        self.step("snapshot", operation=backup)
        self.end_operation(backup)
        operation = self.start_operation("restore", BackupId=self.newest().stem)
        self.step("verify", "--which", "target", operation=operation)
        self.step("stage", operation=operation)
        self.step("snapshot", operation=operation)
        self.step("verify", "--which", "snapshot", operation=operation)
        self.step("destroy", operation=operation)
        seconds = self.step("restore", operation=operation)
        self.step("prove", operation=operation)
        self.end_operation(operation)
        return seconds

    def drive(self, verb: str, path: Path) -> float:
        begun = time.perf_counter()
        subprocess.run([str(self.driver), "config_local", verb, str(self.section), str(path)], check=True,
                       capture_output=True)
        return time.perf_counter() - begun

    def capture_seconds(self) -> float:
        self.remove_archives()
        return self.drive("capture", self.archives)

    def prove_seconds(self) -> float:
        """The comparison alone: the step also removes the tree that the restore replaced."""
        return self.drive("prove", self.newest())

    def untar_seconds(self) -> float:
        if not self.tar.exists():
            self.tar_seconds()
        out = self.folder / "untarred"
        out.mkdir()
        begun = time.perf_counter()
        shell(f"zstd -dcq '{self.tar}' | tar x -C '{out}'; sync -f '{out}'")
        seconds = time.perf_counter() - begun
        shutil.rmtree(out)
        return seconds


def expect(ended: Ended) -> Ended:
    if ended.code != 0:
        raise RuntimeError(repr(ended))
    return ended


def shell(line: str) -> None:
    subprocess.run(["bash", "-o", "pipefail", "-ec", line], check=True)


def fill(folder: Path, factor: float = 1) -> None:
    """Mostly small text files, a few large ones, a quarter of them incompressible; always the same."""
    draw = random.Random(7)
    names = [f"{draw.choice(WORDS)}-{i}" for i in range(5000)]
    text = "".join(draw.choice(names) + draw.choice((" = ", ": ", "\n", " ")) + f"{draw.getrandbits(40):x}"
                   for _ in range(400_000)).encode()
    noise = draw.randbytes(4_000_000)
    for i in range(int(FILES * factor)):
        path = folder / f"d{i % 40:02}" / f"e{i // 40 % 25:02}" / f"file-{i:05}.conf"
        path.parent.mkdir(parents=True, exist_ok=True)
        size = min(int(draw.paretovariate(1.3) * TOTAL_BYTES / FILES / 4), 20_000_000)
        source = text if i % 4 else noise
        begin = draw.randrange(len(source))
        path.write_bytes((source[begin:] + source * (size // len(source) + 1))[:size])
