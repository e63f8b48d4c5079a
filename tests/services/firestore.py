"""Google's Firestore emulator, where its jar is installed."""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path

from .elasticsearch import java_home
from .http_get import opener
from .server import Server

# of Debian package google-cloud-cli-firestore-emulator; FIRESTORE_EMULATOR_JAR names another place
_JAR = "/usr/lib/google-cloud-sdk/platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"


class Firestore(Server):
    """Calls need `Authorization: Bearer owner` and, with a body, `Content-Type: application/json`."""

    name = "firestore"

    @classmethod
    def available(cls) -> tuple[bool, str]:
        if not _jar().exists():
            return False, "no cloud-firestore-emulator.jar: set FIRESTORE_EMULATOR_JAR"
        if java_home() is None:
            return False, "no Java 17 in /usr/lib/jvm: run ci/packages services"
        return True, ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def argv(self) -> list[str]:
        return [str(java_home() / "bin" / "java"), "-Xmx512m", "-cp", str(_jar()),
                "com.google.cloud.datastore.emulator.firestore.CloudFirestore",
                "--host=127.0.0.1", f"--port={self.port}"]

    def is_ready(self) -> bool:
        try:
            with opener.open(self.url, timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    # for tests
    def call(self, verb: str, body: object, database: str = "(default)", project: str = "demo-athena"):
        """POST .../documents:<verb>"""
        request = urllib.request.Request(
            f"{self.url}/v1/projects/{project}/databases/{database}/documents:{verb}",
            data=json.dumps(body).encode(),
            headers={"Authorization": "Bearer owner", "Content-Type": "application/json"})
        with opener.open(request, timeout=300) as answer:
            return json.loads(answer.read())

    def exports(self) -> dict[str, str]:
        return {"TEST_FIRESTORE_URL": self.url}


def _jar() -> Path:
    return Path(os.environ.get("FIRESTORE_EMULATOR_JAR", _JAR))
