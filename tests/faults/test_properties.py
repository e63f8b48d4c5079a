"""Random histories of retention and forged archives, counted in the same table."""

from __future__ import annotations

import re

from .programs import UNIT, program, run
from .tally import TALLY, Lost


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
