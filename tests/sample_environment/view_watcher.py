"""Follows the published view of an environment, as a page would that shows it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

Read = Callable[[], dict | None]  # the view as it is now; None before the first operation


class ViewWatcher:
    """`with ViewWatcher(read) as watcher:` collects a line in `changes` for each that people would see."""

    pause_seconds = 0.1

    def __init__(self, read: Read) -> None:
        self.read = read
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
        view = self.read()
        line = in_short(view) if view else ""
        if line and line not in self.changes[-1:]:
            self.changes.append(line)


def view_in(path: Path) -> Read:
    return lambda: json.loads(path.read_text()) if path.exists() else None


def in_short(view: dict) -> str:
    """One line: "live, maintenance off | backup: snapshot 42 % | 3 archives"."""
    running, last = view["operation"], view["last_operation"]
    if running:
        percent = "" if running["percent"] is None else f" {running['percent']} %"
        doing = f"{running['kind']}: {running['phase']}{percent}"
    else:
        doing = f"last {last['kind']} {last['outcome']}" if last else "nothing has run"
    count = len(view["archives"])
    return (f"{view['state']}, maintenance {view['maintenance']} | {doing} | "
            f"{count} {'archive' if count == 1 else 'archives'}")
