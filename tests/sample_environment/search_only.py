"""An environment whose only resource is Elasticsearch, for tests of what happens to the servers."""

from __future__ import annotations

import json
import secrets
from contextlib import ExitStack

from .environment import SampleEnvironment
from .fingerprint import Fingerprint


class SearchOnly(SampleEnvironment):
    """`section` is put over that of the resource in environment.json: other addresses, credentials."""

    def __init__(self, bin_dir, search, section: dict | None = None) -> None:
        super().__init__(bin_dir, search=search)
        self.section = section or {}

    def fingerprints(self) -> dict[str, Fingerprint]:
        return {"elasticsearch": self.indices.fingerprint()}

    def damage(self) -> None:
        self.indices.damage()

    def write_environment(self) -> None:
        self.environment_file.write_text(json.dumps(self.document(), indent=2) + "\n")

    def document(self) -> dict:
        return {"name": self.name, "archive_folder": str(self.archives), "state_folder": str(self.state),
                "maintenance": {"flag_file": str(self.flag_file)},
                "resources": {"elasticsearch": {**self.search_section(), **self.section}}}

    def fill(self, name: str, documents: int, field_bytes: int = 600) -> None:
        """An index of its own with texts that cannot be compressed much."""
        self.search.call("PUT", f"/{self.prefix}{name}", {
            "settings": {"number_of_shards": 2, "number_of_replicas": 0},
            "mappings": {"dynamic": False, "properties": {"n": {"type": "integer"}}}})
        for begin in range(0, documents, 5000):
            lines = "".join('{"index":{"_id":"%d"}}\n{"n":%d,"text":"%s"}\n'
                            % (number, number, secrets.token_hex(field_bytes // 2))
                            for number in range(begin, min(documents, begin + 5000)))
            self.search.call("POST", f"/{self.prefix}{name}/_bulk?filter_path=errors", lines)
        self.search.call("POST", f"/{self.prefix}{name}/_refresh")

    # details
    def _start_servers(self, stack: ExitStack) -> None:
        if self.search.process is None:
            self.search.start()
        self.search.wait_ready()
        stack.callback(self.indices.remove)

    def _build(self) -> None:
        self._make_folders()
        self.indices.build()
        self.write_environment()
