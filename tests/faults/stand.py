"""The environment that the fault tests of one process share. Each test brings it back before it ends; after
one that failed, the next gets a new one."""

from __future__ import annotations

from typing import Callable

from sample_environment.environment import SampleEnvironment

from .steps import Steps


class FaultySample(SampleEnvironment):
    """Its retention lets most archives go, so that a prune that is killed has something to remove."""

    def document(self) -> dict:
        return {**super().document(), "retention": {"keep_days": 0, "keep_last": 2, "min_verified": 2}}


class Stand:
    def __init__(self, sample: SampleEnvironment) -> None:
        self.sample = sample
        self.steps = Steps(sample)
        self.usual_bytes: dict[tuple[str, str], int] = {}  # what the database answers in each step
        self._good_archive = ""

    def good_archive(self) -> str:
        """A verified archive of the undamaged environment, which nothing prunes."""
        if not self._good_archive:
            made = self.steps.backup()
            self.steps.must(self.steps.run(f"catalogue pin --reason faults --backup-id {made}"))
            self._good_archive = made
        return self._good_archive


class Stands:
    """`now()` is the one to use: a new one after `throw_away()`."""

    def __init__(self, make: Callable[[], SampleEnvironment]) -> None:
        self._make = make
        self._stand: Stand | None = None
        self._usable = True

    def now(self) -> Stand:
        if not self._usable:
            self.close()
        if self._stand is None:
            self._stand = Stand(self._make().__enter__())
        return self._stand

    def throw_away(self) -> None:
        self._usable = False

    def close(self) -> None:
        stand, self._stand, self._usable = self._stand, None, True
        if stand is not None:
            stand.sample.__exit__(None, None, None)
