"""Measures ours against a peer: at least five rounds of both in turn on this machine.

A metric is one line `metric ours peer ratio spread target ok|short`; the ratio is the median of the
rounds' ratios. The exit code is 1 if one is short. Benches are the files tests/bench/<NAME>.py, each with
a function metrics(bin_dir) that yields benching.metric.Metric; what it prepares it takes away itself.

NAME `all` runs every bench and keeps one report, Markdown and JSON, under tests/bench/results/."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import traceback
from pathlib import Path

from .metric import Skipped, measure
from .report import Report

ROOT = Path(__file__).resolve().parents[2]
BENCHES = ROOT / "tests" / "bench"
ALL = "all"


def names() -> list[str]:
    return sorted(path.stem for path in BENCHES.glob("*.py"))


def load(name: str):
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCHES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def run(name: str, bin_dir: Path, rounds: int, report: Report) -> None:
    """A bench that cannot run here is told by name; one that breaks off is as bad as a short one."""
    bench = load(name)
    try:
        for metric in bench.metrics(bin_dir):
            measured = measure(metric, rounds)
            report.measured.append(measured)
            print(measured.line(), flush=True)
    except Skipped as skipped:
        report.skipped.append((name, str(skipped)))
        print(f"{name} - - - - - skipped: {skipped}", flush=True)
        return
    except Exception as trouble:  # what the others measured is kept
        report.broken.append((name, f"{type(trouble).__name__}: {trouble}"[:120]))
        traceback.print_exc()
        return
    if hasattr(bench, "notes"):
        report.notes += bench.notes()


def main() -> int:
    parser = argparse.ArgumentParser(prog="ci/bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", metavar="NAME", choices=[ALL, *names()],
                        help=", ".join([ALL, *names()]))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bin-dir", type=Path, default=ROOT / "build-release" / "bin")
    parser.add_argument("--save", action="store_true", help="keep a report of fewer benches too")
    options = parser.parse_args()
    if not options.bin_dir.is_dir():
        parser.error(f"{options.bin_dir} is missing: ci/test --only release builds it")
    report = Report()
    print("metric ours peer ratio spread target verdict")
    for name in names() if ALL in options.names else options.names:
        run(name, options.bin_dir, max(options.rounds, 5), report)
    if ALL in options.names or options.save:
        for path in report.save(BENCHES / "results", ROOT):
            print(f"kept {path.relative_to(ROOT)}")
    return 1 if report.short or report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
