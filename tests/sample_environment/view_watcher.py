"""Follows the published view of an environment, as a page would that shows it."""

from __future__ import annotations

import json
import threading
from pathlib import Path


class ViewWatcher:
    """`with ViewWatcher(path) as watcher:` collects a line in `changes` for each that people would see."""

    pause_seconds = 0.1

    def __init__(self, path: Path) -> None:
        self.path = path
        self.changes: list[str] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> "ViewWatcher":
        self._thread.start()
        return self

    def __exit__(self, *_exc) -> None:
        self._stop.set()
        self._thread.join()
        self._look()

    def _follow(self) -> None:
        while not self._stop.wait(self.pause_seconds):
            self._look()

    def _look(self) -> None:
        if not self.path.exists():
            return  # before the first operation
        line = in_short(json.loads(self.path.read_text()))
        if not self.changes or self.changes[-1] != line:
            self.changes.append(line)


def in_short(view: dict) -> str:
    """One line: "live, maintenance off | backup: snapshot 42 % | 3 archives"."""
    running, last = view["operation"], view["last_operation"]
    if running:
        percent = "" if running["percent"] is None else f" {running['percent']} %"
        doing = f"{running['kind']}: {running['phase']}{percent}"
    else:
        doing = f"last {last['kind']} {last['outcome']}" if last else "nothing has run"
    return f"{view['state']}, maintenance {view['maintenance']} | {doing} | {len(view['archives'])} archives"
