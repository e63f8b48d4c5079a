"""One way in which a server refuses, or reads back otherwise, and what a restore makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable

from faults.steps import RESTORE, Ended, Steps

from .table import TABLE, Row

Act = Callable[["object"], None]


def nothing(_site) -> None:
    """Most refusals need nothing of the kind."""


@dataclass(frozen=True)
class Refusal:
    """`before` puts into the environment what will be refused, ahead of the backup; `hinder` makes the
    server refuse, right before the step `at`; `release` is what an administrator does about it; `after`
    takes away what `before` made. The restore ends in one of the steps `ends_in`."""

    name: str
    hinder: Act
    release: Act
    ends_in: tuple[str, ...]
    at: str = "preflight"
    before: Act = nothing
    after: Act = nothing
    says: str = ""  # of the message
    settings: dict = field(default_factory=dict)  # over environment.json's section `restore`
    writes: bool = False  # the hindrance itself changes live data, and that is to stay
    comes_back: bool = True  # once released, the same archive can be restored
    everywhere: bool = False  # on every server also without --long


def carry_out(site, refusal: Refusal) -> None:
    """Backup, damage, a restore that is refused: live data untouched and users in; then, released, the same
    restore is exact."""
    site.use(refusal.settings)
    refusal.before(site)
    good = site.fingerprints()
    archive = site.steps.backup()
    site.damage()
    try:
        ended, at, expected = attempt(site, refusal, archive)
        users = "back at once" if "maintenance on" in site.steps.seconds else "never locked out"
        locked_out = site.flag_file.exists()
    finally:
        refusal.release(site)
    found = site.fingerprints()
    TABLE.add(Row(site.server_name, refusal.name, at, ended.exit_code,
                  "untouched" if found == expected else "CHANGED",
                  "LOCKED OUT" if locked_out else users))
    assert not ended, f"{refusal.name}: nothing was refused"
    assert found == expected, f"{refusal.name}: live data was touched in {at}:\n{ended.text}"
    assert not locked_out, f"{refusal.name}: users are locked out after {at}:\n{ended.text}"
    assert at in refusal.ends_in, f"{refusal.name} ended in {at}:\n{ended.text}"
    assert refusal.says in ended.text, ended.text
    if refusal.comes_back:
        site.steps.restore(archive)
        assert site.fingerprints() == good
    site.forget(refusal)


def attempt(site, refusal: Refusal, archive: str) -> tuple[Ended, str, dict]:
    """The restore, as a job runs it, up to what refuses; and the live data right after the hindrance."""
    steps: Steps = site.steps
    steps.seconds.clear()
    expected: dict = {}
    ended = Ended(0, "", {})
    if refusal.at == "preflight":
        expected = hindered(site, refusal)
    ended = steps.begin("restore", archive)
    words = "operation begin"
    for words in RESTORE if ended else ():
        if words == refusal.at and words != "preflight":
            expected = hindered(site, refusal)
        ended = steps.run(words)
        if not ended:
            break
    steps.must(steps.finish())
    return ended, words, expected


def hindered(site, refusal: Refusal) -> dict:
    before = site.fingerprints()
    refusal.hinder(site)
    return site.fingerprints() if refusal.writes else before
