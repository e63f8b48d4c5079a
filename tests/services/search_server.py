"""What Elasticsearch and OpenSearch share: JVM, folders, requests for tests."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from pathlib import Path

from .http_get import opener
from .server import Server

BUSY_SECONDS = 60
# the collector as the server is shipped, with what its launcher adds below 8 GB of heap
_SHIPPED = ["-XX:+UseG1GC", "-XX:G1HeapRegionSize=4m", "-XX:InitiatingHeapOccupancyPercent=30",
            "-XX:G1ReservePercent=15"]
_QUICK = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]


class SearchServer(Server):
    """A single node. `settings` go into its configuration file, `heap` is its JVM's size."""

    ready_timeout_seconds = 180
    stop_timeout_seconds = 30
    runs_unprivileged = True

    def __init__(self, heap: str = "256m", settings: dict[str, str] | None = None,
                 quick_start: bool = True) -> None:
        """`quick_start`: less optimised code and the smallest collector, for tests; off where speed is measured."""
        super().__init__()
        self.heap = heap
        self.settings = settings or {}
        self.quick_start = quick_start

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def repository(self):
        """A folder in which the server may keep a snapshot repository."""
        return self.folder / "repository"

    def java_options(self) -> list[str]:
        return [f"-Xms{self.heap}", f"-Xmx{self.heap}", *(_QUICK if self.quick_start else _SHIPPED)]

    def headers(self) -> dict[str, str]:
        return {}

    def request(self, method: str, path: str, body=None, timeout: float = 60):
        """(status, decoded answer) of one call; a str or bytes body is sent as it stands."""
        status, answer = self._send(method, path, body, timeout)
        return status, _decoded(answer)

    def text(self, method: str, path: str, body=None) -> str:
        """The answer of a call that must succeed, exactly as it came."""
        status, answer = self._send(method, path, body, 60)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path}: {status} {answer[:500]!r}")
        return answer.decode()

    def _send(self, method: str, path: str, body, timeout: float) -> tuple[int, bytes]:
        data = body if body is None or isinstance(body, bytes) else (
            body.encode() if isinstance(body, str) else json.dumps(body).encode())
        kind = "application/x-ndjson" if path.split("?")[0].endswith("_bulk") else "application/json"
        request = urllib.request.Request(self.url + path, data=data, method=method,
                                         headers={"Content-Type": kind, **self.headers()})
        try:
            with opener.open(request, timeout=timeout) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def call(self, method: str, path: str, body: object = None):
        """The answer of a call that must succeed; a list becomes the lines of a bulk request. A server that is
        busy (with what a killed step left it, say) is waited for."""
        if isinstance(body, list):
            body = "\n".join([*(json.dumps(line) for line in body), ""])
        patience = time.monotonic() + BUSY_SECONDS
        status, answer = self.request(method, path, body)
        while status == 429 and time.monotonic() < patience:
            time.sleep(0.2)
            status, answer = self.request(method, path, body)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path}: {status} {answer}")
        return answer

    def is_ready(self) -> bool:
        try:
            status, health = self.request("GET", "/_cluster/health", timeout=5)
        except OSError:
            return False
        return status == 200 and health["status"] in ("green", "yellow")

    def node_settings(self) -> dict[str, str]:
        return {
            "cluster.name": "athena",
            "node.name": "node-1",
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "path.repo": str(self.repository),
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            **self.settings,
        }

    def write_settings(self, path) -> None:
        path.write_text("".join(f"{key}: {value}\n" for key, value in self.node_settings().items()))

    def exports(self) -> dict[str, str]:
        prefix = f"TEST_{self.name.upper()}"
        return {f"{prefix}_URL": self.url, f"{prefix}_REPOSITORY": str(self.repository)}

    def prepare(self) -> None:
        self.repository.mkdir()


def java_home(oldest: int = 17, newest: int = 17) -> Path | None:
    """Debian's Java 17, not whatever the default is; or the newest in between."""
    found = {}
    for release in Path("/usr/lib/jvm").glob("*/release"):
        version = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE)
        if version and (release.parent / "bin" / "java").exists():
            found[int(version[1])] = release.parent
    fitting = [version for version in found if oldest <= version <= newest]
    return found[max(fitting)] if fitting else None


def java_available() -> tuple[bool, str]:
    return (True, "") if java_home() else (False, "no Java 17 in /usr/lib/jvm: run ci/packages services")


def _decoded(answer: bytes):
    try:
        return json.loads(answer)
    except ValueError:
        return answer.decode(errors="replace")
