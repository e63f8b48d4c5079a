"""The files of the repository and what each C++ file includes of it."""

from __future__ import annotations

import re
import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# where a quoted include may start, in the order in which the compiler looks
INCLUDE_ROOTS = ("steps/lib", ".", "steps", "tests")
_INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def files(*patterns: str) -> list[str]:
    """Files that git knows or would add, without those that are deleted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return sorted({name for name in listed if name and (ROOT / name).is_file()})


def is_text(name: str) -> bool:
    with (ROOT / name).open("rb") as file:
        return b"\0" not in file.read(4096)


def lines(name: str) -> list[str]:
    return (ROOT / name).read_text(errors="replace").splitlines()


@lru_cache(maxsize=None)
def includes(name: str) -> tuple[tuple[int, bool, str], ...]:
    """(line, quoted?, written path) for each #include of a file."""
    found = []
    for number, line in enumerate(lines(name), 1):
        match = _INCLUDE.match(line)
        if match:
            found.append((number, match[1] == '"', match[2]))
    return tuple(found)


@lru_cache(maxsize=None)
def resolve(written: str) -> str | None:
    """The repository's file behind a quoted include, None when no root has it."""
    for root in INCLUDE_ROOTS:
        if (ROOT / root / written).is_file():
            return str(Path(root) / written)
    return None


def closure(name: str) -> set[str]:
    """The file and everything of the repository that it includes, directly or not."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        waiting += [found for _, quoted, written in includes(current)
                    if quoted and (found := resolve(written))]
    return seen
