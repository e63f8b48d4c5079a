"""A small environment (one configuration directory) whose jobs run step by step: for faults that need
many runs, or a disk of their own."""

from __future__ import annotations

import os
import random
from pathlib import Path

from support.deployment import Deployment, Ended

from .steps import BACKUP, RESTORE
from .tally import require_exact, require_goes_on


class Small(Deployment):
    def __init__(self, folder: Path, bin_dir: Path, **keys):
        super().__init__(folder, bin_dir, **keys)
        self._build = 0
        self.operation = ""
        self.fill()

    def fill(self) -> None:
        """Small files, and one that is stored in parts."""
        noise = random.Random(7)
        for number in range(40):
            path = self.config / f"d{number % 5}" / f"file-{number}.conf"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(noise.randbytes(noise.randrange(4000)))
        (self.config / "large.bin").write_bytes(noise.randbytes(1_500_000))

    def content(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.config)): path.read_bytes()
                for path in sorted(self.config.rglob("*")) if path.is_file()}

    def damage(self) -> None:
        (self.config / "app.yml").write_text("port: wrong\n")
        (self.config / "d1" / "file-1.conf").unlink()
        (self.config / "new").write_text("left behind by a mistake\n")

    # jobs
    def job(self, kind: str, backup_id: str = "", leave_out: tuple[str, ...] = (), hook=None,
            **variables: str) -> Ended:
        """Begin, the stages until one fails, finish. `hook(words)` runs a step instead, or returns
        None. Returns the first failure, else the last step."""
        self._build += 1
        variables = {"BUILD_URL": f"http://jenkins/job/small/{self._build}/", **variables}
        ended = self._step("operation begin --kind " + kind, hook, BackupId=backup_id, **variables)
        self.operation = ended.result.get("operation_id", "")
        for words in BACKUP if kind == "backup" else RESTORE:
            if ended.code != 0:
                break
            if words not in leave_out:
                ended = self._step(words, hook, OPERATION_ID=self.operation, **variables)
            if words == "snapshot" and ended.code == 0:
                self.made = ended.result["backup_id"]
        finished = self._step("operation finish", hook, OPERATION_ID=self.operation, **variables)
        return finished if ended.code == 0 else ended

    def _step(self, words: str, hook, **variables: str) -> Ended:
        ended = hook(words, variables) if hook else None
        return ended or self.run(*words.split(), **variables)

    def backup(self, **options) -> str:
        ended = self.job("backup", **options)
        require_goes_on(ended.code == 0, ended)
        return self.made

    def restore(self, backup_id: str, **options) -> None:
        ended = self.job("restore", backup_id, **options)
        require_goes_on(ended.code == 0, ended)

    # what must hold after a fault
    def let_go(self) -> None:
        """As time does: the operation of a dead build is ended."""
        if not self.state_file.exists():
            return
        self.write("UPDATE operations SET heartbeat_boottime_ms = 0, heartbeat_ms = 0, "
                   "boot_id = 'before' WHERE outcome = 'running'")
        ended = self.run("operation", "reconcile")
        require_goes_on(ended.code == 0, ended)

    def check(self, content: dict[str, bytes]) -> None:
        require_exact(self.content(), content)
        require_goes_on(not self.flag.exists(), "users are locked out")
        left = [path.name for folder in (self.archives, self.config.parent, self.state)
                for path in folder.iterdir()
                if (".tmp-" in path.name and not path.name.startswith("result.json"))
                or path.name.startswith("config-local.")]  # results lie in the build's workspace
        require_goes_on(left == [], left)
        for path in self.archives.glob("*.tar"):
            ended = self.run("verify", "--archive", path.stem)
            require_goes_on(ended.code == 0, ended)


def free_bytes(folder: Path) -> int:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
