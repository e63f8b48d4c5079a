"""The peak of resident memory of a running program. What wait4 tells is no less than the peak of the
program that started it: it carries over exec."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

EVERY_SECONDS = 0.02


class Peak(threading.Thread):
    """Looks until the program has ended; `kib` is what was seen last, and the peak never falls."""

    def __init__(self, process: subprocess.Popen) -> None:
        super().__init__(daemon=True)
        self.status = Path(f"/proc/{process.pid}/status")
        self.ended = threading.Event()
        self.kib = 0
        self.start()

    def run(self) -> None:
        self.look()
        while not self.ended.wait(EVERY_SECONDS):
            self.look()

    def look(self) -> None:
        try:
            for line in self.status.read_text().splitlines():
                if line.startswith("VmHWM:"):
                    self.kib = max(self.kib, int(line.split()[1]))
        except (OSError, ValueError):
            self.ended.set()

    def stop(self) -> int:
        self.ended.set()
        self.join()
        return self.kib
