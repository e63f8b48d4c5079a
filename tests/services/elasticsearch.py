"""Elasticsearch 8.19, the slim build that ci/packages unpacks."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .cache import cache_dir
from .search_server import SearchServer, java_available, java_home

# what the configuration that is shipped sets besides heap, collector and its log
_FIXED_OPTIONS = [
    "-Djava.io.tmpdir=${ES_TMPDIR}",
    "-XX:CompileCommand=dontinline,java/lang/invoke/MethodHandle.setAsTypeCache",
    "-XX:CompileCommand=dontinline,java/lang/invoke/MethodHandle.asTypeUncached",
    "-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1",
    "-XX:+ExitOnOutOfMemoryError",
]


class Elasticsearch(SearchServer):
    name = "elasticsearch"

    @classmethod
    def available(cls) -> tuple[bool, str]:
        if not (cls.home() / "bin" / "elasticsearch").exists():
            return False, f"{cls.home()} holds no Elasticsearch: run ci/packages services"
        return java_available()

    @classmethod
    def home(cls) -> Path:
        return cache_dir() / cls.name

    @classmethod
    def java(cls) -> Path | None:
        return java_home()

    @property
    def config(self) -> Path:
        return self.folder / "config"

    def prepare(self) -> None:
        super().prepare()
        shutil.copytree(self.home() / "config", self.config, copy_function=shutil.copyfile)
        (self.config / "jvm.options.d").mkdir(exist_ok=True)
        (self.config / "jvm.options").write_text(
            "\n".join([*_FIXED_OPTIONS, *self.java_options(), ""]))
        self.write_settings(self.config / "elasticsearch.yml")
        for name in ("data", "logs", "tmp"):
            (self.folder / name).mkdir()

    def node_settings(self) -> dict[str, str]:
        return {
            "http.port": str(self.port),
            "transport.port": "0",
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            "xpack.security.enabled": "false",
            **super().node_settings(),
        }

    def argv(self) -> list[str]:
        return [str(self.home() / "bin" / "elasticsearch")]

    def environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(self.folder),
                "ES_PATH_CONF": str(self.config), "ES_TMPDIR": str(self.folder / "tmp"),
                "ES_JAVA_HOME": str(self.java()), "CLI_JAVA_OPTS": "-Xmx64m -XX:TieredStopAtLevel=1"}
