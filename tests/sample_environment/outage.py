"""How long users are locked out, as a browser sees it."""

from __future__ import annotations

import threading
import time
import urllib.error

from services.http_get import opener

PAUSE_SECONDS = 0.05


class OutageWatcher:
    """`with OutageWatcher(url) as watcher:` asks again and again; `watcher.seconds` were not answered with 200."""

    def __init__(self, url: str) -> None:
        self.seconds = 0.0
        self._url = url
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "OutageWatcher":
        self._thread.start()
        return self

    def __exit__(self, *_exc) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        before = time.monotonic()
        while not self._ended.wait(PAUSE_SECONDS):
            out, now = status_of(self._url) != 200, time.monotonic()
            self.seconds += now - before if out else 0.0
            before = now


def status_of(url: str) -> int:
    try:
        with opener.open(url, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
