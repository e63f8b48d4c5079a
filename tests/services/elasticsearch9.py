"""Elasticsearch 9, for machines with Java 21 or newer: the same tests, under the addresses of version 8."""

from __future__ import annotations

from pathlib import Path

from .elasticsearch import Elasticsearch
from .search_server import java_home

_OLDEST, _NEWEST = 21, 99


class Elasticsearch9(Elasticsearch):
    name = "elasticsearch9"

    @classmethod
    def available(cls) -> tuple[bool, str]:
        if cls.java() is None:
            return False, f"no Java {_OLDEST} or newer in /usr/lib/jvm"
        if not (cls.home() / "bin" / "elasticsearch").exists():
            return False, f"{cls.home()} holds no Elasticsearch 9: run ci/packages services"
        return True, ""

    @classmethod
    def java(cls) -> Path | None:
        return java_home(_OLDEST, _NEWEST)

    def exports(self) -> dict[str, str]:
        return {"TEST_ELASTICSEARCH_URL": self.url, "TEST_ELASTICSEARCH_REPOSITORY": str(self.repository)}
