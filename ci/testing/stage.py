"""One stage of ci/test: commands with a log, and the JUnit files they leave."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from .results import Results, read_junit

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "artifacts"
TAIL_LINES = 80
_talking = threading.Lock()  # stages that run side by side print one after the other
_running: set[subprocess.Popen] = set()


@dataclass
class Stage:
    """`commands` run in order until one fails. `needs` are stages that must have passed before."""

    name: str
    commands: list[list[str]]
    needs: list[str] = field(default_factory=list)
    folder: str = ""  # left out while the repository has no such folder
    junit: list[str] = field(default_factory=list)  # files below artifacts/
    timeout_minutes: int = 30
    report: str = ""  # a file below artifacts/ that is printed at the end of the stage
    environment: dict[str, str] = field(default_factory=dict)
    alone: bool = False  # nothing else runs meanwhile

    @property
    def exists(self) -> bool:
        return not self.folder or any((ROOT / self.folder).rglob("*test*.*"))


@dataclass
class Outcome:
    stage: Stage
    ok: bool
    seconds: float
    results: Results


def run_stage(stage: Stage) -> Outcome:
    print(f"== {stage.name}", flush=True)
    begun = time.monotonic()
    log_path = ARTIFACTS / f"{stage.name}.log"
    for name in [*stage.junit, *([stage.report] if stage.report else [])]:
        (ARTIFACTS / name).unlink(missing_ok=True)
    with log_path.open("wb") as log:
        code = _run_commands(stage, log, begun)
    results = Results()
    for name in stage.junit:
        results.add(read_junit(ARTIFACTS / name))
    outcome = Outcome(stage, code == 0 and not results.failed, time.monotonic() - begun, results)
    with _talking:
        _tell(outcome, code, log_path)
    return outcome


def _tell(outcome: Outcome, code: int, log_path: Path) -> None:
    stage = outcome.stage
    if not outcome.ok:
        _print_tail(log_path)
    if stage.report and (ARTIFACTS / stage.report).exists():
        print((ARTIFACTS / stage.report).read_text(), end="", flush=True)
    verdict = "ok" if outcome.ok else f"FAILED (exit code {code}, log {log_path.relative_to(ROOT)})"
    print(f"== {stage.name}: {verdict}, {outcome.seconds:.1f} s", flush=True)


def end_all() -> None:
    """Ends what stages have running."""
    for child in list(_running):
        _end(child)


def _run_commands(stage: Stage, log, begun: float) -> int:
    for command in stage.commands:
        log.write(("$ " + " ".join(command) + "\n").encode())
        log.flush()
        left = stage.timeout_minutes * 60 - (time.monotonic() - begun)
        code = _run(command, stage, log, left)
        if code != 0:
            return code
    return 0


def _run(command: list[str], stage: Stage, log, timeout_seconds: float) -> int:
    try:
        child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **stage.environment},
                                 stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    except OSError as error:
        log.write(f"{command[0]}: {error}\n".encode())
        return 127
    _running.add(child)
    try:
        return child.wait(max(timeout_seconds, 1))
    except subprocess.TimeoutExpired:
        log.write(f"stopped after {stage.timeout_minutes} minutes\n".encode())
        _end(child)
        return 124
    except BaseException:
        _end(child)
        raise
    finally:
        _running.discard(child)


def _end(child: subprocess.Popen) -> None:
    child.terminate()
    try:
        child.wait(30)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _print_tail(path: Path) -> None:
    lines = path.read_text(errors="replace").splitlines()
    for line in lines[-TAIL_LINES:]:
        print(f"   {line}")
    sys.stdout.flush()
