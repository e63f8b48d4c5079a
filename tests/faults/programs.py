"""Programs of other builds, whose trials count in the same table."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "build-asan" / "bin"
FUZZERS = ROOT / "build-fuzz" / "bin"


def run(*argv) -> subprocess.CompletedProcess:
    return subprocess.run([str(word) for word in argv], capture_output=True, text=True, check=False,
                          errors="replace")


def program(folder: Path, name: str, every: bool) -> Path:
    """Skips the test, by name, where it was not built."""
    if not every:
        pytest.skip("takes minutes: run with --long or --faults")
    path = folder / name
    if not path.exists():
        pytest.skip(f"{path.relative_to(ROOT)} was not built")
    return path
