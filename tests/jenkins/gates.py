"""A STEPS_HOME whose steps wait in front of a closed gate, so that a test can stop a build at any of them."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path

WRAPPER = """#!/bin/sh
# waits while its gate is closed, then becomes the step
name=$(basename "$0")
case "${{1:-}}" in ''|-*) words=$name ;; *) words="$name $1" ;; esac
for arg in "$@"; do [ "$arg" != --rollback ] || words="$words --rollback"; done
gate="{gates}/$words"
if [ -e "$gate" ]; then
    echo "$words waits"
    touch "$gate.reached"
    while [ -e "$gate" ]; do sleep 0.1; done
fi
exec "{steps}/$name" "$@"
"""


class Gates:
    """`steps` are the real executables; `home` is given to the agent."""

    def __init__(self, home: Path, steps: Path):
        self.home = home
        self._gates = home / "gates"
        self._gates.mkdir(parents=True)
        (home / "bin").mkdir()
        for step in steps.iterdir():
            wrapper = home / "bin" / step.name
            wrapper.write_text(WRAPPER.format(gates=self._gates, steps=steps))
            wrapper.chmod(0o755)

    def reached(self, words: str) -> bool:
        return (self._gates / f"{words}.reached").exists()

    @contextmanager
    def closed(self, words: str):
        """While in the block, every `words` (\"snapshot\", \"maintenance on\") waits in front of its work."""
        gate = self._gates / words
        gate.touch()
        try:
            yield
        finally:
            gate.unlink()
            (self._gates / f"{words}.reached").unlink(missing_ok=True)

    def wait(self, words: str, seconds: float = 300) -> None:
        """Until a step stands in front of its closed gate."""
        deadline = time.monotonic() + seconds
        while not self.reached(words):
            assert time.monotonic() < deadline, f"waited {seconds} s for {words}"
            time.sleep(0.1)
