"""One thing that is measured, and how its rounds become one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


class Skipped(Exception):
    """Raised by a bench that cannot run on this machine; says what is missing."""


@dataclass
class Metric:
    """`ours` and `peer` do the work once and return what is compared: seconds, or bytes. Without a peer
    the target is an amount of `unit`; with one it is the most that ours / peer may be."""

    name: str
    target: float
    ours: Callable[[], float]
    peer: Callable[[], float] | None = None
    unit: str = "s"
    warm: int = 1  # rounds that are not counted


@dataclass
class Measured:
    metric: Metric
    ours: list[float]
    peer: list[float]

    @property
    def values(self) -> list[float]:
        """What the target is about: the ratio of each round, or the amount."""
        return [a / b for a, b in zip(self.ours, self.peer)] if self.peer else self.ours

    @property
    def ok(self) -> bool:
        return median(self.values) <= self.metric.target

    def line(self) -> str:
        """metric ours peer ratio spread target ok|short"""
        unit = self.metric.unit
        peer = f"{median(self.peer):.4g}{unit}" if self.peer else "-"
        ratio = f"{median(self.values):.3f}" if self.peer else "-"
        spread = f"{min(self.values):.4g}..{max(self.values):.4g}"
        target = f"{self.metric.target:g}" + ("" if self.peer else unit)
        return (f"{self.metric.name} {median(self.ours):.4g}{unit} {peer} {ratio} {spread} {target} "
                f"{'ok' if self.ok else 'short'}")


def measure(metric: Metric, rounds: int) -> Measured:
    """A round or more that are not counted warm both sides up; then ours and peer in turn."""
    measured = Measured(metric, [], [])
    for number in range(metric.warm + rounds):
        ours = metric.ours()
        peer = metric.peer() if metric.peer else None
        if number < metric.warm:
            continue
        measured.ours.append(ours)
        if peer is not None:
            measured.peer.append(peer)
    return measured
