"""Any step, killed or stopped at a random moment: afterwards one ordinary run of the same job leads
to an exact environment, every archive verifies, and nothing is left lying about."""

from __future__ import annotations

import itertools
import random

from .lanes import every
from .steps import BACKUP, RESTORE, SEED, SIGNALS
from .tally import TALLY, require_exact

RUNS = 24
RUNS_EVERY = 300
VICTIMS = [("backup", step) for step in BACKUP] + [("restore", step) for step in RESTORE]


def pytest_generate_tests(metafunc):
    chosen = itertools.islice(itertools.cycle(itertools.product(SIGNALS, VICTIMS)),
                              RUNS_EVERY if every(metafunc.config) else RUNS)
    cases = [(number, kind, step, signal) for number, (signal, (kind, step)) in enumerate(chosen)]
    metafunc.parametrize("number,kind,victim,signal", cases,
                         ids=[f"{signal.name} in {step} of {kind} {number}"
                              for number, kind, step, signal in cases])


def test_a_killed_step_loses_nothing(sample, steps, good_archive, number, kind, victim, signal):
    random.seed(SEED + number)
    print(f"FAULT_SEED={SEED}")
    before = sample.fingerprints()
    with TALLY.fault(f"{signal.name} in a step"):
        if kind == "restore":
            sample.damage()
            steps.run_with_fault("restore", victim, signal, good_archive)
            steps.restore(good_archive)
        else:
            steps.run_with_fault("backup", victim, signal)
            steps.backup()
        require_exact(sample.fingerprints(), before)
        steps.check_clean()
