"""The table of `ci/test --faults`: faults tried by kind, survived, lost, wedged."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "artifacts" / "faults.txt"
COLUMNS = ("tried", "survived", "lost", "wedged")


class Lost(AssertionError):
    """Data is not what it was."""


class Wedged(AssertionError):
    """An ordinary run does not go through any more."""


class Tally:
    def __init__(self) -> None:
        self.tried: Counter[str] = Counter()
        self.survived: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.wedged: Counter[str] = Counter()

    @contextmanager
    def fault(self, kind: str, count: int = 1):
        """Around `count` faults of one kind with what must hold afterwards."""
        self.tried[kind] += count
        try:
            yield
        except Lost:
            self.lost[kind] += 1
            raise
        except BaseException:
            self.wedged[kind] += 1
            raise
        self.survived[kind] += count

    def counts(self) -> dict[str, dict[str, int]]:
        return {name: dict(getattr(self, name)) for name in COLUMNS}

    def add(self, counts: dict[str, dict[str, int]]) -> None:
        """What another process counted."""
        for name, column in counts.items():
            getattr(self, name).update(column)

    def text(self) -> str:
        rows = [("fault", *COLUMNS)]
        for kind in sorted(self.tried):
            rows.append((kind, *(str(column[kind]) for column in self._columns())))
        rows.append(("all", *(str(sum(column.values())) for column in self._columns())))
        widths = [max(len(row[i]) for row in rows) for i in range(5)]
        return "".join(f"{row[0]:<{widths[0]}}" + "".join(
            f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:])) + "\n" for row in rows)

    def _columns(self):
        return [getattr(self, name) for name in COLUMNS]


TALLY = Tally()


def require_exact(found, expected) -> None:
    if found != expected:
        raise Lost(f"not as it was: {_difference(found, expected)}")


def _difference(found, expected) -> str:
    if isinstance(found, dict):
        return "; ".join(f"{name}: {found.get(name)} instead of {expected.get(name)}"[:2000]
                         for name in expected if found.get(name) != expected[name])
    return f"{found} instead of {expected}"[:2000]


def require_goes_on(condition: bool, what: object) -> None:
    if not condition:
        raise Wedged(str(what))
