"""Runs Jenkinsfiles with ci/pipeline/run, on step executables that a test makes up."""

from __future__ import annotations

import functools
import json
import os
import re
import shlex
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STEPS = ["operation", "preflight", "maintenance", "snapshot", "verify", "stage", "destroy", "restore", "prove", "apply", "prune",
         "catalogue"]

# What a step does is planned by a file of shell assignments; what it was given is recorded.
FAKE_STEP = r"""#!/bin/sh
home=$(dirname "$0")/..
words=$(basename "$0")${*:+ $*}
echo "$words" >>"$home/calls"
env -0 >"$home/environment of $words"
code=0 outcome=ok message='it is done' hint='nothing to do' more= seconds=0 result=yes report=
[ ! -e "$home/plan of $words" ] || . "$home/plan of $words"
echo "$words runs"
trap 'echo "$words was told to stop"; echo "$words stopped" >>"$home/calls"; exit 143' TERM
[ "$seconds" = 0 ] || { sleep "$seconds" & wait $!; }
case ${1:-} in ''|-*) verb= ;; *) verb=",\"verb\":\"$1\"" ;; esac
[ "$result" = no ] || printf '{"step":"%s"%s,"outcome":"%s","exit_code":%s,"message":"%s","hint":"%s"%s}' \
  "$(basename "$0")" "$verb" "$outcome" "$code" "$message" "$hint" "$more" >"$STEP_RESULT"
[ "$result" = no ] || [ -z "$report" ] || printf '%s' "$report" >"$STEP_REPORT_FOLDER/$(basename "$0").xml"
exit "$code"
"""


class FakeSteps:
    """A STEPS_HOME. Every step succeeds unless `plan` says otherwise."""

    def __init__(self, home: Path):
        self.home = home
        (home / "bin").mkdir(parents=True)
        for name in STEPS:
            step = home / "bin" / name
            step.write_text(FAKE_STEP)
            step.chmod(0o755)
        self.plan("operation begin --kind backup", more=',"operation_id":"op-1"')
        self.plan("operation begin --kind restore", more=',"operation_id":"op-1","backup_id":"athena-1"')
        self.plan("snapshot", more=',"backup_id":"athena-2"')

    def plan(self, words: str, **what: object) -> None:
        lines = [f"{name}={shlex.quote(str(value))}\n" for name, value in what.items()]
        (self.home / f"plan of {words}").write_text("".join(lines))

    def fails(self, words: str, code: int = 15, outcome: str = "failed", message: str = "a checksum differs") -> None:
        self.plan(words, code=code, outcome=outcome, message=message, hint="look at the log")

    @property
    def calls(self) -> list[str]:
        record = self.home / "calls"
        return record.read_text().splitlines() if record.exists() else []

    def environment(self, words: str) -> dict[str, str]:
        text = (self.home / f"environment of {words}").read_bytes().decode()
        return dict(line.split("=", 1) for line in text.split("\0") if line)


@dataclass
class Build:
    exit_code: int
    log: str

    @property
    def result(self) -> str:
        return self.log.rsplit("Finished: ", 1)[-1].strip()

    @property
    def lines(self) -> list[str]:
        """The log without the time before each line."""
        return [re.sub(r"^\[\d{4}-[^]]*\] ", "", line) for line in self.log.splitlines()]

    @property
    def summary(self) -> str:
        """The line that stands for name and description in Jenkins' list of builds."""
        return next(line for line in reversed(self.lines) if line.startswith("Build #"))


class Jenkins:
    """ci/pipeline/run with a library, steps and workspaces of the test's own."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.steps = FakeSteps(folder / "home")
        self.keep = folder / "kept"

    def command(self, jenkinsfile: Path | str, *options: str, **parameters: str) -> list[str]:
        words = [str(ROOT / "ci/pipeline/run"), str(ROOT / jenkinsfile), "--steps-home", str(self.steps.home)]
        if "--workspace" not in options:
            words += ["--workspace", str(self.folder / "workspace")]
        if "--keep" not in options:
            words += ["--keep", str(self.keep)]
        for name, value in {"Environment": "athena-test", **parameters}.items():
            words += ["-p", f"{name}={value}"]
        return [*words, *options]

    def run(self, jenkinsfile: Path | str, *options: str, **parameters: str) -> Build:
        done = subprocess.run(self.command(jenkinsfile, *options, **parameters), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, timeout=120, check=False)
        return Build(done.returncode, done.stdout)

    def abort_during(self, words: str, jenkinsfile: Path | str, **parameters: str) -> Build:
        """Presses Stop while the step `words` runs."""
        process = subprocess.Popen(self.command(jenkinsfile, **parameters), stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        deadline = time.monotonic() + 60
        while words not in self.steps.calls and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.2)
        os.kill(process.pid, signal.SIGTERM)
        log, _ = process.communicate(timeout=60)
        return Build(process.returncode, log)

    def kept(self, kind: str) -> list[str]:
        """What builds left behind: "archive", "tests" or "mail"; file names without the folder of the build."""
        return sorted(path.name for path in (self.keep / kind).rglob("*") if path.is_file())

    def mails(self) -> list[str]:
        return [(self.keep / "mail" / name).read_text() for name in self.kept("mail")]

    def pipeline(self, text: str) -> Path:
        """A Jenkinsfile of the test's own."""
        file = self.folder / "Jenkinsfile.test"
        file.write_text(text)
        return file

    def stages(self, stages: str, post: str = "") -> Path:
        """A Jenkinsfile with these stages, and the parameter that every run sends."""
        return self.pipeline(f"""
            @Library('environment-backup') _
            pipeline {{
                agent {{ label 'here' }}
                parameters {{ string(name: 'Environment', defaultValue: '') }}
                stages {{ {stages} }}
                {post}
            }}""")

    def library(self, **variables: str) -> str:
        """A folder with a shared library of these vars."""
        folder = self.folder / "library" / "vars"
        folder.mkdir(parents=True)
        for name, text in variables.items():
            (folder / f"{name}.groovy").write_text(text)
        return str(folder.parent)


@functools.cache
def model(jenkinsfile: str) -> dict:
    """Parameters, stages and time-outs as the runner reads them."""
    text = subprocess.check_output([ROOT / "ci/pipeline/run", ROOT / jenkinsfile, "--print-model"], text=True)
    return json.loads(text)
