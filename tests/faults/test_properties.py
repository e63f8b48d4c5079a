"""What other programs try, counted in the same table: random histories of retention, forged archives,
and inputs made by the fuzzers. Each is skipped by name where its program was not built."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from .tally import TALLY, Lost

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "build-asan" / "bin"
FUZZERS = ROOT / "build-fuzz" / "bin"
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
GOLDEN = ROOT / "tests" / "golden" / "format-1.0"
TARGETS = sorted(path.name.removesuffix("_fuzz.cpp")
                 for path in (ROOT / "tests" / "fuzz").glob("*_fuzz.cpp"))
SECONDS = 30


def run(*argv) -> subprocess.CompletedProcess:
    return subprocess.run([str(word) for word in argv], capture_output=True, text=True, check=False,
                          errors="replace")


def program(folder: Path, name: str, every: bool) -> Path:
    if not every:
        pytest.skip("takes minutes: run with --long or --faults")
    path = folder / name
    if not path.exists():
        pytest.skip(f"{path.relative_to(ROOT)} was not built")
    return path


def test_retention_keeps_its_promises(every):
    binary = program(UNIT, "unit_state_test", every)
    with TALLY.fault("random history of archives", 100_000):
        done = run(binary, "retention keeps its promises*")
        if done.returncode != 0:
            raise Lost(done.stdout)


def test_forged_archives_are_refused(every):
    """Traversal, links, devices, bombs, duplicates, truncated, wrong order, sizes of 2^63."""
    binary = program(UNIT, "unit_archive_test", every)
    done = run(binary, "-#", "[#archive_reader_test]")
    cases = re.search(r"(\d+) test cases?|in (\d+) test case", done.stdout)
    assert cases, done.stdout
    with TALLY.fault("forged archive", int(cases.group(1) or cases.group(2))):
        if done.returncode != 0:
            raise Lost(done.stdout)


@pytest.mark.parametrize("target", TARGETS)
def test_no_input_of_a_fuzzer_does_harm(target, every, tmp_path):
    binary = program(FUZZERS, f"fuzz_{target}", every)
    seeds = [folder for folder in (CORPUS / target, GOLDEN if target == "archive" else None)
             if folder and folder.is_dir()]
    done = run(binary, f"-max_total_time={SECONDS}", "-print_final_stats=1", "-timeout=25",
               "-rss_limit_mb=2048", f"-artifact_prefix={tmp_path}/", tmp_path, *seeds)
    tried = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    with TALLY.fault(f"fuzzed input: {target}", int(tried.group(1)) if tried else 1):
        if done.returncode != 0:
            raise Lost(done.stderr[-5000:])
