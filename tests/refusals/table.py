"""The table of `ci/test --only refusals`: what refused, where the restore ended, live data, users."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "artifacts" / "refusals.txt"
TITLES = ("server", "refuses", "ends in", "exit", "live data", "users")


@dataclass
class Row:
    server: str
    refuses: str
    ends_in: str
    exit_code: int
    live: str
    users: str


class Table:
    def __init__(self) -> None:
        self.rows: list[Row] = []

    def add(self, row: Row) -> None:
        self.rows.append(row)

    def text(self) -> str:
        lines = [TITLES, *(tuple(str(cell) for cell in astuple(row)) for row in self.rows)]
        widths = [max(len(line[i]) for line in lines) for i in range(len(TITLES))]
        return "".join("  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths)).rstrip() + "\n"
                       for line in lines)


TABLE = Table()
