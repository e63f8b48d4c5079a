"""Builds and tests everything, stage by stage; a failed stage does not stop the others. What needs the
whole machine runs alone; then the tests, which wait more than they compute, run two stages at a time.

Full logs and JUnit files are left under artifacts/. The last line is `N passed, N failed, N skipped`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

from .results import Results
from .stage import ARTIFACTS, ROOT, Outcome, Stage, end_all, run_stage
from .stages import all_stages

SIDE_BY_SIDE = 2


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ci/test", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="NAME", default=[],
                        help="this stage and what it needs; may be given more than once")
    parser.add_argument("--long", action="store_true", help="also the tests that take minutes")
    parser.add_argument("--faults", action="store_true", help="every fault instead of a selection")
    options = parser.parse_args()
    names = [stage.name for stage in all_stages(options)]
    for name in options.only:
        if name not in names:
            parser.error(f"no stage {name}; there are {', '.join(names)}")
    return options


def selected(stages: list[Stage], only: list[str]) -> list[Stage]:
    if not only:
        return [stage for stage in stages if stage.exists]
    wanted = set(only)
    for stage in reversed(stages):
        if stage.name in wanted:
            wanted.update(stage.needs)
    return [stage for stage in stages if stage.name in wanted and stage.exists]


def run_all(stages: list[Stage]) -> list[Outcome]:
    """In the order of `stages`, whichever ended first."""
    done: dict[str, Outcome] = {}
    for stage in stages:
        if stage.alone:
            done[stage.name] = run_unless_broken(stage, done)
    beside = [stage for stage in stages if not stage.alone]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as lanes:
        outcomes = lanes.map(lambda stage: run_unless_broken(stage, dict(done)), beside)
        try:
            done.update({stage.name: outcome for stage, outcome in zip(beside, outcomes)})
        except BaseException:
            lanes.shutdown(wait=False, cancel_futures=True)
            end_all()
            raise
    return [done[stage.name] for stage in stages]


def run_unless_broken(stage: Stage, done: dict[str, Outcome]) -> Outcome:
    broken = [name for name in stage.needs if name in done and not done[name].ok]
    if not broken:
        return run_stage(stage)
    print(f"== {stage.name}: NOT RUN because {', '.join(broken)} failed", flush=True)
    return Outcome(stage, False, 0.0, Results())


def summarise(outcomes: list[Outcome]) -> int:
    total = Results()
    print("\nstage          seconds  passed  failed  skipped")
    for outcome in outcomes:
        results = outcome.results
        total.add(results)
        print(f"{outcome.stage.name:<13} {outcome.seconds:>8.1f} {results.passed:>7} "
              f"{len(results.failed):>7} {len(results.skipped):>8}{'' if outcome.ok else '  FAILED'}")
    for name, reason in total.skipped:
        print(f"skipped: {name}: {reason}")
    for name in total.failed:
        print(f"failed: {name}")
    broken = [o.stage.name for o in outcomes if not o.ok]
    if broken:
        print(f"failed stages: {', '.join(broken)}")
    # a stage may fail without a test of its own that failed: it counts, so that 0 means good
    failed = len(total.failed) + sum(1 for o in outcomes if not o.ok and not o.results.failed)
    print(f"{total.passed} passed, {failed} failed, {len(total.skipped)} skipped", flush=True)
    tested = any(outcome.stage.junit for outcome in outcomes)
    return 1 if failed or (tested and total.ran == 0) else 0


def prepare_environment() -> None:
    os.chdir(ROOT)
    ARTIFACTS.mkdir(exist_ok=True)
    home = os.environ.get("HOME", "")
    if not os.access(home, os.W_OK):
        os.environ["HOME"] = str(ARTIFACTS / "home")
        os.makedirs(os.environ["HOME"], exist_ok=True)
    # clones in different folders share what ccache holds
    os.environ.setdefault("CCACHE_BASEDIR", str(ROOT.parent))
    os.environ.setdefault("CCACHE_NOHASHDIR", "1")
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def main() -> int:
    options = parse_options()
    prepare_environment()
    return summarise(run_all(selected(all_stages(options), options.only)))


if __name__ == "__main__":
    sys.exit(main())
