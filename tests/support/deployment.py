"""An environment in a folder of its own, and the step executables as Jenkins would start them."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from pathlib import Path


class Deployment:
    """environment.json with a maintenance flag and one small config_local, nothing else."""

    def __init__(self, folder: Path, bin_dir: Path, name: str = "athena", **keys):
        self.folder = folder
        self.bin_dir = bin_dir
        self.name = name
        self.archives = folder / "archives"
        self.state = folder / "state"
        self.config = folder / "config-local"
        self.flag = folder / "maintenance.flag"
        for made in (self.archives, self.state, self.config):
            made.mkdir(parents=True, exist_ok=True)
        (self.config / "app.yml").write_text("port: 8080\n")
        self.environment_file = folder / "environment.json"
        self.environment_file.write_text(json.dumps({
            "name": name,
            "archive_folder": str(self.archives),
            "state_folder": str(self.state),
            "maintenance": {"flag_file": str(self.flag)},
            "resources": {"config_local": {"path": str(self.config)}},
            **keys,
        }))

    @property
    def state_file(self) -> Path:
        return self.state / f"{self.name}.sqlite"

    def variables(self, result: Path | None = None, **variables: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "TMPDIR", "LANG")}
        kept["ENVIRONMENT_FILE"] = str(self.environment_file)
        if result:
            kept["STEP_RESULT"] = str(result)
        return {**kept, **variables}

    def start(self, step: str, *arguments: str, **variables: str) -> subprocess.Popen:
        return subprocess.Popen([self.bin_dir / step, *arguments], text=True,
                                env=self.variables(**variables),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, step: str, *arguments: str, **variables: str) -> "Ended":
        result = self.folder / "result.json"
        result.unlink(missing_ok=True)
        ended = subprocess.run([self.bin_dir / step, *arguments], text=True, capture_output=True,
                               env=self.variables(result, **variables), check=False, timeout=120)
        parsed = json.loads(result.read_text()) if result.exists() else {}
        return Ended(ended.returncode, ended.stdout, ended.stderr, parsed)

    def begin(self, kind: str = "backup", **variables: str) -> "Ended":
        return self.run("operation", "begin", "--kind", kind, **variables)

    def rows(self, sql: str, *values) -> list[tuple]:
        with sqlite3.connect(f"file:{self.state_file}?mode=ro", uri=True, timeout=10) as database:
            return database.execute(sql, values).fetchall()

    def write(self, sql: str, *values) -> None:
        """For tests that put a state in place which would take days to come about."""
        database = sqlite3.connect(self.state_file, timeout=10)
        with database:
            database.execute(sql, values)
        database.close()


class Ended:
    def __init__(self, code: int, out: str, err: str, result: dict):
        self.code, self.out, self.err, self.result = code, out, err, result

    def __repr__(self) -> str:
        return f"exit {self.code}\n{self.out}{self.err}"
