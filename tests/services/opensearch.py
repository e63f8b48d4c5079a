"""OpenSearch 2.19 with its modules, from the jars that ci/packages collects."""

from __future__ import annotations

import os
import random
from pathlib import Path

from .cache import cache_dir
from .search_server import SearchServer, java_available, java_home
from .server import port_answers


_LAUNCHER = Path(__file__).with_name("opensearch.groovy")
_GROOVY = Path("/usr/share/java/groovy-all.jar")


class Opensearch(SearchServer):
    name = "opensearch"

    @classmethod
    def available(cls) -> tuple[bool, str]:
        if not _jars().is_dir():
            return False, f"{_jars()} is missing: run ci/packages services"
        if not _GROOVY.exists():
            return False, f"{_GROOVY} is missing: run ci/packages services"
        return java_available()

    def prepare(self) -> None:
        super().prepare()
        self.port = _port_of_the_runner()
        (self.folder / "config").mkdir()
        self.write_settings(self.folder / "config" / "opensearch.yml")

    def argv(self) -> list[str]:
        return [str(java_home() / "bin" / "java"), *self.java_options(), "-cp",
                f"{_jars()}/*:{_GROOVY}", "groovy.ui.GroovyMain", str(_LAUNCHER),
                "-basePath", str(self.folder / "base"), "-confPath", str(self.folder / "config"),
                "-clusterName", "athena", "-numOfNode", "1", "-baseHttpPort", str(self.port - 1)]

    def environment(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self.folder)}


def _port_of_the_runner() -> int:
    """The runner takes ports up to 9299 only; several test runs share them."""
    ports = list(range(9210, 9299))
    random.shuffle(ports)
    for port in ports:
        if not port_answers(port):
            return port
    raise RuntimeError("no port between 9210 and 9298 is free for opensearch")


def _jars():
    return cache_dir() / "opensearch"
