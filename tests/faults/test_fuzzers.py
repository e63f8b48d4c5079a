"""Inputs that the fuzzers make, counted in the same table. They take what processor time is left."""

from __future__ import annotations

import os
import re

import pytest

from .programs import FUZZERS, ROOT, program, run
from .tally import TALLY, Lost

CORPUS = ROOT / "tests" / "fuzz" / "corpus"
GOLDEN = ROOT / "tests" / "golden" / "format-1.0"
TARGETS = sorted(path.name.removesuffix("_fuzz.cpp")
                 for path in (ROOT / "tests" / "fuzz").glob("*_fuzz.cpp"))
SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))


@pytest.mark.parametrize("number,target", enumerate(TARGETS), ids=TARGETS)
def test_no_input_of_a_fuzzer_does_harm(number, target, every, tmp_path):
    binary = program(FUZZERS, f"fuzz_{target}", every)
    seeds = [folder for folder in (CORPUS / target, GOLDEN if target == "archive" else None)
             if folder and folder.is_dir()]
    done = run("nice", "-n", "19", binary, f"-max_total_time={SECONDS}", "-print_final_stats=1",
               "-timeout=240", "-rss_limit_mb=2048", f"-artifact_prefix={tmp_path}/", tmp_path, *seeds)
    tried = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    with TALLY.fault(f"fuzzed input: {target}", int(tried.group(1)) if tried else 1):
        if done.returncode != 0:
            raise Lost(done.stderr[-5000:])
