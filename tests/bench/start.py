"""How long a step takes to start: the median of many runs of `--version`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from benching.metric import Metric

QUICK = ("operation", "catalogue", "prune", "maintenance")
QUICK_SECONDS = 0.005
OTHER_SECONDS = 0.025
RUNS = 20


def metrics(bin_dir: Path) -> Iterator[Metric]:
    for program in sorted(bin_dir.iterdir()):
        if os.access(program, os.X_OK) and program.is_file() and not program.name.endswith("_test"):
            target = QUICK_SECONDS if program.name in QUICK else OTHER_SECONDS
            yield Metric(f"start/{program.name}", target, lambda program=program: start_seconds(program))


def start_seconds(program: Path) -> float:
    """Seconds of one run: the median of several, each started without Python's own bookkeeping."""
    taken = sorted(one_run(str(program)) for _ in range(RUNS))
    return taken[len(taken) // 2]


def one_run(program: str) -> float:
    begun = time.perf_counter()
    silence = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    pid = os.posix_spawn(program, [program, "--version"], os.environ, file_actions=silence)
    _, status = os.waitpid(pid, 0)
    taken = time.perf_counter() - begun
    if status != 0:
        raise RuntimeError(f"{program} --version ended with {os.waitstatus_to_exitcode(status)}")
    return taken
