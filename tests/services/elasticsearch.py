"""Elasticsearch 8.19, unpacked by ci/packages: the slim build that Elastic publishes for tests."""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path

from .cache import cache_dir
from .http_get import get_json, opener
from .server import Server, free_port

_CONFIGURATION = """\
cluster.name: test
node.name: node
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport_port}
path.data: {folder}/data
path.logs: {folder}/logs
path.repo: {folder}/repository
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
action.auto_create_index: true
"""


class Elasticsearch(Server):
    """`repository` is the folder in which file system snapshot repositories may lie."""

    name = "elasticsearch"
    runs_unprivileged = True
    ready_timeout_seconds = 120

    def __init__(self, heap: str = "256m") -> None:
        super().__init__()
        self.heap = heap

    @classmethod
    def available(cls) -> tuple[bool, str]:
        if not (_home() / "bin" / "elasticsearch").exists():
            return False, f"{_home()} holds no Elasticsearch: run ci/packages services"
        if java_home() is None:
            return False, "no Java 17 in /usr/lib/jvm: run ci/packages services"
        return True, ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    def prepare(self) -> None:
        config = self.folder / "config"
        config.mkdir()
        for name in ("data", "logs", "repository", "tmp"):
            (self.folder / name).mkdir()
        for source in (_home() / "config").iterdir():
            if source.is_file():
                (config / source.name).write_bytes(source.read_bytes())
        (config / "jvm.options.d").mkdir()
        (config / "elasticsearch.yml").write_text(_CONFIGURATION.format(
            port=self.port, transport_port=free_port(), folder=self.folder))

    def argv(self) -> list[str]:
        return [str(_home() / "bin" / "elasticsearch")]

    def environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(self.folder),
                "ES_PATH_CONF": str(self.folder / "config"), "ES_JAVA_HOME": str(java_home()),
                "ES_JAVA_OPTS": f"-Xms{self.heap} -Xmx{self.heap} -XX:TieredStopAtLevel=1",
                "ES_TMPDIR": str(self.folder / "tmp")}

    def is_ready(self) -> bool:
        try:
            health = get_json(f"{self.url}/_cluster/health", 10)
            return health["status"] in ("green", "yellow")
        except OSError:
            return False

    def exports(self) -> dict[str, str]:
        return {"TEST_ELASTICSEARCH_URL": self.url,
                "TEST_ELASTICSEARCH_REPOSITORY": str(self.repository)}

    def call(self, method: str, path: str, body: object = None):
        """JSON in and out; a list becomes the lines of a bulk request."""
        lines = [json.dumps(line) for line in body] if isinstance(body, list) else None
        data = "\n".join([*lines, ""]) if lines is not None else json.dumps(body)
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else data.encode(),
            headers={"Content-Type": "application/x-ndjson" if lines else "application/json"})
        with opener.open(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")


def java_home() -> Path | None:
    """Debian's Java 17, not whatever the default is."""
    for home in sorted(Path("/usr/lib/jvm").glob("*17*")):
        if (home / "bin" / "java").exists():
            return home
    return None


def _home() -> Path:
    return cache_dir() / "elasticsearch"
