"""The stages of both Jenkinsfiles as bare step executables, so that one of them can be killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from sample_environment.environment import SampleEnvironment

from .tally import require_goes_on

BACKUP = ("preflight", "maintenance on", "snapshot", "maintenance off", "verify --which snapshot",
          "prune")
RESTORE = ("preflight", "verify --which target", "stage", "maintenance on", "snapshot",
           "verify --which snapshot", "destroy", "restore", "prove", "apply", "maintenance off")


@dataclass
class Ended:
    exit_code: int
    text: str
    result: dict

    def __bool__(self) -> bool:
        return self.exit_code == 0


class Steps:
    def __init__(self, sample: SampleEnvironment) -> None:
        self.sample = sample
        self.operation = ""
        self.seconds: dict[str, float] = {}  # how long each step last took
        self._build = 0

    # whole jobs
    def backup(self) -> str:
        """An ordinary backup; its BackupId."""
        self.must(self.begin("backup"))
        for words in BACKUP:
            self.must(self.run(words))
        self.must(self.finish())
        return self.sample.newest_backup()

    def restore(self, backup_id: str, **exceptions: str) -> None:
        """An ordinary restore."""
        self.must(self.begin("restore", backup_id, **exceptions))
        for words in RESTORE:
            self.must(self.run(words))
        self.must(self.finish())

    def run_with_fault(self, kind: str, victim: str, send: int, backup_id: str = "",
                       delay: float | None = None) -> Ended:
        """The job, as Jenkins runs it, whose step `victim` gets the signal midway: later stages are
        left out, finish runs."""
        self.must(self.begin(kind, backup_id))
        for words in BACKUP if kind == "backup" else RESTORE:
            ended = self.kill_midway(words, send, delay) if words == victim else self.run(words)
            if words == victim or not ended:
                break
        self.must(self.finish())
        return ended

    # single steps
    def begin(self, kind: str, backup_id: str = "", **variables: str) -> Ended:
        self._build += 1
        ended = self.run(f"operation begin --kind {kind}", BackupId=backup_id, **variables)
        self.operation = ended.result.get("operation_id", "") if ended else ""
        return ended

    def finish(self) -> Ended:
        return self.run("operation finish")

    def run(self, words: str, **variables: str) -> Ended:
        begun = time.monotonic()
        with self.start(words, **variables) as process:
            text = process.communicate(timeout=300)[0]
        if process.returncode == 0:
            self.seconds[words] = time.monotonic() - begun
        return Ended(process.returncode, text, self._result())

    def kill_midway(self, words: str, send: int, delay: float | None = None) -> Ended:
        """Sends the signal at a random moment of the step's usual duration."""
        with self.start(words) as process:
            usual = self.seconds.get(words, 0.2)
            time.sleep(random.uniform(0.0, usual) if delay is None else delay)
            process.send_signal(send)
            begun = time.monotonic()
            text = process.communicate(timeout=60)[0]
        took = time.monotonic() - begun
        assert took < 12, f"{words} took {took:.0f} s to end after signal {send}:\n{text}"
        return self.ended(process, text)

    def ended(self, process: subprocess.Popen, text: str) -> Ended:
        return Ended(process.returncode, text, self._result())

    def stop_when(self, words: str, event: threading.Event, send: int) -> Ended:
        """Sends the signal as soon as the event is set, if the step still runs then."""
        with self.start(words) as process:
            while process.poll() is None and not event.wait(0.05):
                pass
            if process.poll() is None:
                time.sleep(0.3)
                process.send_signal(send)
            begun = time.monotonic()
            text = process.communicate(timeout=60)[0]
        took = time.monotonic() - begun
        assert took < 12, f"{words} took {took:.0f} s to end after signal {send}:\n{text}"
        return Ended(process.returncode, text, self._result())

    @staticmethod
    def later(seconds: float, action) -> threading.Timer:
        timer = threading.Timer(seconds, action)
        timer.start()
        return timer

    def must(self, ended: Ended) -> Ended:
        require_goes_on(bool(ended), f"exit {ended.exit_code}\n{ended.text}")
        return ended

    # what must hold after any fault and one ordinary run
    def check_clean(self) -> None:
        leftovers = [path.name for path in self.sample.archives.iterdir() if ".tmp-" in path.name]
        require_goes_on(leftovers == [], f"temporary files stay behind: {leftovers}")
        require_goes_on(not self.sample.flag_file.exists(), "users are still locked out")
        for backup_id in self.sample.backup_ids():
            self.must(self.run(f"verify --archive {backup_id}"))
        strays = [path.name for path in self.sample.folder.iterdir()
                  if path.name.startswith("config-local.")]
        require_goes_on(strays == [], f"copies of the configuration stay behind: {strays}")

    def check_nothing_beside(self) -> None:
        """After a restore that succeeded; what one that was refused had staged is kept for the next."""
        require_goes_on(self._beside() == [], f"stands beside the live data: {self._beside()}")

    # details
    def _beside(self) -> list[str]:
        """What restores keep beside live data, as the servers show it."""
        schemas = [row[0] for row in self.sample.databases.server.query("SHOW DATABASES")]
        found = [name for name in schemas if name.startswith(("eb_staged_", "eb_aside_", "environment_backup_"))]
        if self.sample.search:
            rows = self.sample.search.call("GET", "/_cat/indices?format=json&h=index&expand_wildcards=all")
            found += [row["index"] for row in rows
                      if row["index"].startswith("environment-backup-") and f"-{self.sample.prefix}" in row["index"]]
        return found

    @property
    def _result_file(self) -> Path:
        return self.sample.folder / "result.json"

    def _result(self) -> dict:
        try:
            return json.loads(self._result_file.read_text())
        except FileNotFoundError:
            return {}

    def start(self, words: str, **variables: str) -> subprocess.Popen:
        self._result_file.unlink(missing_ok=True)
        argv = words.split()
        env = {**self.sample.variables(), "ENVIRONMENT_FILE": str(self.sample.environment_file),
               "STEP_RESULT": str(self._result_file), "OPERATION_ID": self.operation,
               "BUILD_URL": f"http://jenkins/job/faults/{self._build}/", **variables}
        return subprocess.Popen([str(self.sample.bin_dir / argv[0]), *argv[1:]], text=True, env=env,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT)


SIGNALS = (signal.SIGKILL, signal.SIGTERM)
SEED = int(os.environ.get("FAULT_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 30)
