"""Stands in for a controller where there is none: the REST calls of controller.py as Jenkins 2.568 answers them,
the builds run by ci/pipeline/run. It knows no plugins, rights, restarts or lost agents."""

from __future__ import annotations

import base64
import itertools
import json
import queue
import re
import signal
import subprocess
import tempfile
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNNER = str(ROOT / "ci" / "pipeline" / "run")
LINE = re.compile(r"^(?:\[[^]]*\] )?Build (#\d+ ?[^:]*)(?:: (.*))?$", re.MULTILINE)
EXECUTORS = 4


@dataclass
class StandInBuild:
    job: str
    parameters: dict[str, str]
    cause: str
    item: int
    file: Path
    folder: Path
    asked_at_ms: int = field(default_factory=lambda: int(time.time() * 1000))
    number: int = 0
    process: subprocess.Popen | None = None
    ended: bool = False

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def facts(self, url: str) -> dict:
        shown = LINE.findall(self.log) if self.ended else []
        kept = self.folder / "keep" / "archive"
        finished = re.search(r"^Finished: (\w+)$", self.log, re.MULTILINE)
        result = finished[1] if finished else "FAILURE"
        return {
            "number": self.number, "url": f"{url}/job/{self.job}/{self.number}/", "queueId": self.item,
            "building": not self.ended, "result": result if self.ended else None,
            "displayName": shown[-1][0] if shown else f"#{self.number}", "description": shown[-1][1] if shown else None,
            "artifacts": [{"relativePath": str(p.relative_to(kept))} for p in sorted(kept.rglob("*")) if p.is_file()],
            "actions": [{"causes": [{"shortDescription": line} for line in self.log.splitlines()[:2]
                                    if line.startswith(("Started", "Replayed", "Rebuilt"))]}]}


class StandIn:
    """`with StandIn(jobs, agent) as jenkins:`; jobs are names with their files, agent is its environment."""

    version = "2.568.3 (stand-in)"

    def __init__(self, jobs: dict[str, str], agent: dict[str, str], user: str = "tester", token: str = "token"):
        self.jobs = jobs
        self.agent = agent
        self.authorization = "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()
        self.builds: dict[str, list[StandInBuild]] = {name: [] for name in jobs}
        self.items: dict[int, StandInBuild] = {}
        self._waiting: queue.Queue[StandInBuild | None] = queue.Queue()
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._folder = tempfile.TemporaryDirectory(prefix="eb-stand-in-")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"jenkins": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "StandIn":
        self._threads = [threading.Thread(target=self._server.serve_forever, daemon=True)]
        self._threads += [threading.Thread(target=self._executor, daemon=True) for _ in range(EXECUTORS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exc) -> None:
        for build in itertools.chain(*self.builds.values()):
            self.stop(build)
        for _ in range(EXECUTORS):
            self._waiting.put(None)
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join(60)
        self._folder.cleanup()

    def ask(self, job: str, parameters: dict[str, str], cause: str = "user:tester",
            file: Path | None = None) -> tuple[int, StandInBuild]:
        """201 with a new place in the queue, or 303 with the one that asks for the same already."""
        with self._lock:
            for build in self.items.values():
                if build.number == 0 and (build.job, build.parameters, build.cause) == (job, parameters, cause):
                    return 303, build
            item = next(self._numbers)
            build = StandInBuild(job, parameters, cause, item, file or ROOT / self.jobs[job],
                                 Path(self._folder.name) / str(item))
            self.items[item] = build
        self._waiting.put(build)
        return 201, build

    def replay(self, build: StandInBuild, script: str | None) -> None:
        file = None
        if script is not None:
            file = Path(self._folder.name) / f"replay-{next(self._numbers)}" / build.file.name
            file.parent.mkdir()
            file.write_text(script)
        self.ask(build.job, build.parameters, f"{'rebuild' if script is None else 'replay'}:{build.number}", file)

    @staticmethod
    def stop(build: StandInBuild) -> None:
        if build.process and build.process.poll() is None:
            build.process.send_signal(signal.SIGTERM)

    def find(self, job: str, number: str) -> StandInBuild | None:
        return next((b for b in self.builds.get(job, []) if b.number == int(number)), None)

    def _executor(self) -> None:
        while (build := self._waiting.get()) is not None:
            with self._lock:
                self.builds[build.job].append(build)
                number = len(self.builds[build.job])
            build.folder.mkdir()
            with (build.folder / "log").open("wb") as log:
                build.process = subprocess.Popen(self._command(build, number), env=self.agent, stdout=log, stderr=log,
                                                 stdin=subprocess.DEVNULL)
                build.number = number
                build.process.wait()
            build.ended = True

    def _command(self, build: StandInBuild, number: int) -> list[str]:
        words = [RUNNER, str(build.file), "--job", build.job, "--build-number", str(number), "--cause", build.cause,
                 "--build-url", f"{self.url}/job/{build.job}/{number}/", "--scheduled-at", str(build.asked_at_ms),
                 "--workspace", str(Path(self._folder.name) / f"workspace-{build.job}"),
                 "--keep", str(build.folder / "keep"), "--executors", str(EXECUTORS)]
        for name, value in build.parameters.items():
            words += ["-p", f"{name}={value}"]
        return words


class _Handler(BaseHTTPRequestHandler):
    jenkins: StandIn
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args) -> None:
        pass

    def do_GET(self) -> None:
        self._serve("GET", {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self._serve("POST", dict(urllib.parse.parse_qsl(body, keep_blank_values=True)))

    def _serve(self, method: str, form: dict[str, str]) -> None:
        if self.headers.get("Authorization") != self.jenkins.authorization:
            return self._answer(401, "Unauthorized")
        parts = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).strip("/").split("/")
        if method == "POST" and parts == ["pipeline-model-converter", "validate"]:
            return self._lint(form["jenkinsfile"])
        if parts[0] == "queue":
            return self._queue(int(parts[2]))
        if parts[0] == "job" and parts[1] in self.jenkins.jobs:
            return self._job(method, parts[1], parts[2:], form)
        return self._answer(404, "Not Found")

    def _job(self, method: str, job: str, rest: list[str], form: dict[str, str]) -> None:
        if (method, rest) == ("POST", ["buildWithParameters"]):
            status, build = self.jenkins.ask(job, form)
            return self._answer(status, "", f"{self.jenkins.url}/queue/item/{build.item}/")
        if rest == ["api", "json"]:
            builds = self.jenkins.builds[job]
            return self._json({"nextBuildNumber": len(builds) + 1,
                               "builds": [{"number": b.number, "queueId": b.item} for b in builds]})
        build = self.jenkins.find(job, rest[0]) if rest and rest[0].isdigit() else None
        return self._build(build, rest[1:], form) if build else self._answer(404, "Not Found")

    def _build(self, build: StandInBuild, rest: list[str], form: dict[str, str]) -> None:
        if rest == ["api", "json"]:
            return self._json(build.facts(self.jenkins.url))
        if rest == ["consoleText"]:
            return self._answer(200, build.log)
        if rest == ["stop"]:
            self.jenkins.stop(build)
            return self._answer(302, "", build.facts(self.jenkins.url)["url"])
        if rest[0] == "replay" and rest[1] in ("run", "rebuild"):
            self.jenkins.replay(build, json.loads(form["json"])["mainScript"] if rest[1] == "run" else None)
            return self._answer(302, "", f"{self.jenkins.url}/job/{build.job}/")
        file = build.folder / "keep" / "archive" / "/".join(rest[1:])
        if rest[0] == "artifact" and file.is_file():
            return self._answer(200, file.read_text())
        if rest == ["testReport", "api", "json"]:
            tests = list((build.folder / "keep" / "tests").rglob("*.xml"))
            return self._json({"totalCount": sum(t.read_text().count("<testcase") for t in tests),
                               "failCount": sum(t.read_text().count("<failure") for t in tests)})
        return self._answer(404, "Not Found")

    def _queue(self, item: int) -> None:
        build = self.jenkins.items.get(item)
        if build is None:
            return self._answer(404, "Not Found")
        executable = {"executable": {"number": build.number}} if build.number else {}
        return self._json({"id": item, "cancelled": False, **executable})

    def _lint(self, text: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "Jenkinsfile"
            file.write_text(text)
            done = subprocess.run([RUNNER, file, "--print-model"], capture_output=True, text=True, check=False)
        self._answer(200, "Jenkinsfile successfully validated.\n" if done.returncode == 0
                     else f"Errors encountered validating Jenkinsfile:\n{done.stderr}")

    def _json(self, document: dict) -> None:
        self._answer(200, json.dumps(document))

    def _answer(self, status: int, text: str, location: str = "") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("X-Jenkins", self.jenkins.version)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)
