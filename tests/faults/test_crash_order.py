"""The order in which files are written, flushed, renamed and removed: a crash at any of these calls
loses nothing, and no name ever stands for bytes that a power cut would take."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from .small import Small
from .steps import SEED
from .tally import TALLY

BACKUP_STEPS = ("operation begin --kind backup", "maintenance on", "snapshot", "maintenance off",
                "verify --which snapshot", "prune", "operation finish")
RESTORE_STEPS = ("operation begin --kind restore", "snapshot", "destroy", "restore", "prove",
                 "maintenance off", "operation finish")


@pytest.fixture(scope="module")
def shim(tmp_path_factory) -> Path:
    library = tmp_path_factory.mktemp("shim") / "crash_point.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library,
                    Path(__file__).with_name("crash_point.c"), "-ldl"], check=True)
    return library


@pytest.fixture
def small(tmp_path, bin_dir) -> Small:
    return Small(tmp_path, bin_dir, retention={"keep_days": 0, "min_verified": 2})


class Shim:
    """A hook that runs one step with the shim."""

    def __init__(self, small: Small, library: Path, step: str, crash_at: int = 0):
        self.small, self.library, self.step, self.crash_at = small, library, step, crash_at
        self.count_file = small.folder / "calls"
        self.ended = None

    def __call__(self, words: str, variables: dict[str, str]):
        if words != self.step:
            return None
        extra = {"LD_PRELOAD": str(self.library), "CRASH_COUNT": str(self.count_file)}
        if self.crash_at:
            extra["CRASH_AT"] = str(self.crash_at)
        self.ended = self.small.run(*words.split(), **variables, **extra)
        return self.ended

    def calls(self) -> int:
        return int(self.count_file.read_text())


def crash(small: Small, shim: Path, kind: str, step: str, number: int, good: str) -> None:
    content = small.content()
    with TALLY.fault(f"crash at a file call: {step.split()[0]}"):
        if kind == "restore":
            small.damage()
        hook = Shim(small, shim, step, number)
        small.job(kind, good if kind == "restore" else "", hook=hook)
        assert hook.ended is not None and hook.ended.code in (-9, 0), hook.ended
        small.let_go()
        if kind == "restore":
            small.restore(good)
        small.backup()
        small.check(content)


@pytest.mark.parametrize("kind,step", [("backup", step) for step in BACKUP_STEPS]
                         + [("restore", step) for step in RESTORE_STEPS])
def test_a_crash_at_any_file_call_loses_nothing(small, shim, kind, step, every):
    good = small.backup()
    small.run("catalogue", "pin", "--reason", "faults", BackupId=good)
    counting = Shim(small, shim, step)
    ended = small.job(kind, good if kind == "restore" else "", hook=counting)
    assert ended.code == 0, ended
    numbers = list(range(1, counting.calls() + 1))
    if not every:
        numbers = sorted(random.Random(SEED).sample(numbers, min(2, len(numbers))))
    for number in numbers:
        crash(small, shim, kind, step, number, good)


def test_the_shim_itself_finds_a_rename_before_the_flush(shim, tmp_path):
    for flushed, code in (("os.fsync(file.fileno());", 0), ("", 99)):
        script = (f"import os; file = open('a', 'wb', buffering=0); file.write(b'x'); {flushed} "
                  "os.rename('a', 'b')")
        done = subprocess.run(["/usr/bin/python3", "-c", script], cwd=tmp_path, check=False,
                              env={"LD_PRELOAD": str(shim)})
        assert done.returncode == code
