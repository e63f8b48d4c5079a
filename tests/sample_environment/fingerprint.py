"""What one resource holds, as a count for people and a hash for comparing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Fingerprint:
    resource: str
    counts: str  # "6021 rows, 14 tables"
    digest: str
    lines: tuple[str, ...]  # what the digest is made of, to name a difference

    @staticmethod
    def of(resource: str, counts: str, lines: list[str]) -> "Fingerprint":
        digest = hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
        return Fingerprint(resource, counts, digest, tuple(lines))

    def differences(self, other: "Fingerprint", limit: int = 10) -> list[str]:
        """Lines that only one of them has: `-` is missing in other, `+` is only in other."""
        mine, theirs = set(self.lines), set(other.lines)
        found = [f"- {line[:200]}" for line in self.lines if line not in theirs]
        found += [f"+ {line[:200]}" for line in other.lines if line not in mine]
        return found[:limit]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
