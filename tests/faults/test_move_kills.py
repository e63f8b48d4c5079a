"""Stage and move, killed at a random moment: after one more run either the archive's state is live, or, by a
restore of the safety archive, the state from before; and nothing stands beside any more."""

from __future__ import annotations

import itertools
import random
import signal

from .lanes import every
from .steps import RESTORE, SEED
from .tally import TALLY, require_exact

RUNS = 5
RUNS_EVERY = 300
VICTIMS = ("stage", "restore", "destroy", "prove", "operation finish")
AFTERWARDS = ("go on", "go back")


def pytest_generate_tests(metafunc):
    # every step at least once, the way afterwards in turn
    chosen = itertools.islice(zip(itertools.cycle(VICTIMS), itertools.cycle(AFTERWARDS)),
                              RUNS_EVERY if every(metafunc.config) else RUNS)
    cases = [(number, victim, afterwards) for number, (victim, afterwards) in enumerate(chosen)]
    metafunc.parametrize("number,victim,afterwards", cases,
                         ids=[f"{victim}, then {afterwards} {number}" for number, victim, afterwards in cases])


def test_a_kill_in_stage_or_move_loses_nothing(sample, steps, good_archive, number, victim, afterwards):
    random.seed(SEED + number)
    print(f"FAULT_SEED={SEED}")
    good = sample.fingerprints()
    sample.damage()
    damaged = sample.fingerprints()
    with TALLY.fault(f"SIGKILL in {victim}, then {afterwards}"):
        restore_with_kill(steps, victim, good_archive)
        if afterwards == "go back" and sample.flag_file.exists():  # closed: there is a safety archive
            steps.restore(sample.newest_backup())
            require_exact(moved(sample.fingerprints()), moved(damaged))
        steps.restore(good_archive)
        require_exact(sample.fingerprints(), good)
        steps.check_clean()
        steps.check_nothing_beside()


def moved(fingerprints: dict) -> dict:
    """Of what is staged and moved; the others keep files that came between."""
    return {name: fingerprints[name] for name in ("mysql", "elasticsearch")}


def restore_with_kill(steps, victim: str, archive: str) -> None:
    steps.must(steps.begin("restore", archive))
    for words in RESTORE:
        ended = steps.kill_midway(words, signal.SIGKILL) if words == victim else steps.run(words)
        if words == victim or not ended:
            break
    if victim == "operation finish":
        steps.kill_midway(victim, signal.SIGKILL)
    steps.must(steps.finish())
