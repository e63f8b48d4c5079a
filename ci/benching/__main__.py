"""Measures ours against a peer: at least five rounds of both in turn on this machine.

A metric is one line `metric ours peer ratio spread target ok|short`; the ratio is the median of the
rounds' ratios. The exit code is 1 if one is short. Benches are the files tests/bench/<NAME>.py, each with
a function metrics(bin_dir) that yields benching.metric.Metric; what it prepares it takes away itself."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path

from .metric import measure

ROOT = Path(__file__).resolve().parents[2]
BENCHES = ROOT / "tests" / "bench"


def names() -> list[str]:
    return sorted(path.stem for path in BENCHES.glob("*.py"))


def load(name: str):
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCHES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> int:
    parser = argparse.ArgumentParser(prog="ci/bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", metavar="NAME", choices=names(), help=", ".join(names()))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bin-dir", type=Path, default=ROOT / "build-release" / "bin")
    options = parser.parse_args()
    if not options.bin_dir.is_dir():
        parser.error(f"{options.bin_dir} is missing: ci/test --only release builds it")
    short = 0
    print("metric ours peer ratio spread target verdict")
    for name in options.names:
        for metric in load(name).metrics(options.bin_dir):
            measured = measure(metric, max(options.rounds, 5))
            print(measured.line(), flush=True)
            short += not measured.ok
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
