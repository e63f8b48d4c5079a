"""Backup and restore against each other, begun at the same moment: exactly one wins, the other is told
by whom it was refused, and the loser's end does not end the winner."""

from __future__ import annotations

import itertools

import pytest

from support.deployment import Deployment

from .tally import TALLY, require_goes_on

PAIRS, PAIRS_EVERY = 40, 1000
TARGET = "athena-20261101T010000Z-aaaaaa"


@pytest.fixture
def deployment(tmp_path, bin_dir):
    made = Deployment(tmp_path, bin_dir)
    assert made.begin(BUILD_URL="http://jenkins/0/").code == 0
    assert made.run("operation", "finish", BUILD_URL="http://jenkins/0/").code == 0
    made.write("INSERT INTO archives (backup_id, operation_id, kind, description, requested_by, "
               "status, created_ms, verified_ms) "
               "VALUES (?, 'op', 'backup', '', '', 'complete', 1793494800000, 1)", TARGET)
    (made.archives / f"{TARGET}.tar").write_text("not read by begin")
    return made


def test_of_two_that_begin_at_once_exactly_one_wins(deployment, every):
    kinds = itertools.cycle(itertools.product(("backup", "restore"), repeat=2))
    for number, pair in zip(range(PAIRS_EVERY if every else PAIRS), kinds):
        with TALLY.fault(f"race: {pair[0]} against {pair[1]}"):
            urls = [f"http://jenkins/{number}/{side}/" for side in "ab"]
            processes = [deployment.start("operation", "begin", "--kind", kind, "--quiet",
                                          BUILD_URL=url, BackupId=TARGET)
                         for kind, url in zip(pair, urls)]
            outputs = [process.communicate(timeout=60)[1] for process in processes]
            codes = [process.returncode for process in processes]
            require_goes_on(sorted(codes) == [0, 11], (number, pair, codes, outputs))
            winner, loser = codes.index(0), codes.index(11)
            require_goes_on(urls[winner] in outputs[loser], outputs)
            ended = deployment.run("operation", "finish", BUILD_URL=urls[loser])
            require_goes_on(ended.code == 0 and "operation_outcome" not in ended.result, ended)
            ended = deployment.run("operation", "finish", BUILD_URL=urls[winner])
            require_goes_on(ended.result.get("operation_outcome") == "aborted", ended)
