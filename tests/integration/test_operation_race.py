"""Two `operation begin` at the same moment: exactly one wins, always."""

from __future__ import annotations

import signal
import time

import pytest

from support.deployment import Deployment

PAIRS = 200


def start_pair(deployment: Deployment, kinds=("backup", "backup")):
    return [deployment.start("operation", "begin", "--kind", kind, "--quiet",
                             BUILD_URL=f"http://jenkins/job/{number}/")
            for number, kind in enumerate(kinds)]


def end_pair(pair):
    outputs = [process.communicate(timeout=60) for process in pair]
    return [process.returncode for process in pair], outputs


def test_on_a_new_state_file_exactly_one_of_each_pair_wins(tmp_path, bin_dir):
    for number in range(PAIRS):
        deployment = Deployment(tmp_path / str(number), bin_dir)
        codes, outputs = end_pair(start_pair(deployment))
        assert sorted(codes) == [0, 11], (number, outputs)
        assert deployment.rows("SELECT count(*) FROM operations") == [(1,)]


def test_on_an_existing_state_file_exactly_one_of_each_pair_wins(tmp_path, bin_dir):
    deployment = Deployment(tmp_path, bin_dir)
    for number in range(PAIRS):
        codes, outputs = end_pair(start_pair(deployment))
        assert sorted(codes) == [0, 11], (number, outputs)
        winner, loser = codes.index(0), codes.index(11)
        assert f"http://jenkins/job/{winner}/" in outputs[loser][1]
        finished = deployment.run("operation", "finish",
                                  BUILD_URL=f"http://jenkins/job/{loser}/")
        assert finished.code == 0 and "operation_outcome" not in finished.result
        finished = deployment.run("operation", "finish",
                                  BUILD_URL=f"http://jenkins/job/{winner}/")
        assert finished.code == 0 and finished.result["operation_outcome"] == "aborted"


def test_a_begin_that_is_killed_leaves_a_whole_file(tmp_path, bin_dir):
    """Killed at any moment: the next pair still has exactly one winner, or finds the killed one's
    operation running."""
    for number in range(60):
        deployment = Deployment(tmp_path / str(number), bin_dir)
        victim = deployment.start("operation", "begin", "--kind", "backup", "--quiet",
                                  BUILD_URL="http://jenkins/job/victim/")
        time.sleep(number * 0.0005)
        victim.send_signal(signal.SIGKILL)
        victim.communicate()
        codes, outputs = end_pair(start_pair(deployment))
        running = deployment.rows("SELECT build_url FROM operations WHERE outcome = 'running'")
        assert len(running) == 1, (number, outputs)
        if running[0][0].endswith("/victim/"):
            assert codes == [11, 11], (number, outputs)
        else:
            assert sorted(codes) == [0, 11], (number, outputs)
        assert deployment.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("count", [8])
def test_of_many_at_once_exactly_one_wins(tmp_path, bin_dir, count):
    for number in range(10):
        deployment = Deployment(tmp_path / str(number), bin_dir)
        codes, outputs = end_pair(start_pair(deployment, ["backup"] * count))
        assert sorted(codes) == [0] + [11] * (count - 1), outputs
