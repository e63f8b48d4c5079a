"""What one resource holds, as a count for people and a hash for comparing."""

from __future__ import annotations

import difflib
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

    def differences(self, other: "Fingerprint", limit: int = 30) -> list[str]:
        """As `diff` tells it: `-` is missing in other, `+` is only in other. Order counts, so an equal line
        in another place is a difference too."""
        lines = difflib.unified_diff(self.lines, other.lines, n=0, lineterm="")
        return [line[:200] for line in lines if not line.startswith(("---", "+++", "@@"))][:limit]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
