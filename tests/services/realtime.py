"""A stand-in for Firebase's Realtime Database, which nobody can install; or the real one.

With FIREBASE_DATABASE_URL (and FIREBASE_DATABASE_TOKEN, an access token) set, tests act on that
database, below the path /environment-backup-test, which they empty."""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from .http_get import opener
from .server import Server


class Realtime(Server):
    """`answer_limit` and `write_limit` are in bytes: small ones let a test reach them."""

    name = "realtime"

    def __init__(self, answer_limit: int = 256 << 20, write_limit: int = 16 << 20) -> None:
        super().__init__()
        self.answer_limit, self.write_limit = answer_limit, write_limit

    @classmethod
    def available(cls) -> tuple[bool, str]:
        return True, ""

    @property
    def is_real(self) -> bool:
        return bool(os.environ.get("FIREBASE_DATABASE_URL"))

    @property
    def url(self) -> str:
        real = os.environ.get("FIREBASE_DATABASE_URL", "").rstrip("/")
        return real or f"http://127.0.0.1:{self.port}"

    def argv(self) -> list[str]:
        program = Path(__file__).with_name("realtime_server.py")
        return [sys.executable, str(program), str(self.port), str(self.answer_limit),
                str(self.write_limit)]

    def exports(self) -> dict[str, str]:
        return {"TEST_REALTIME_URL": self.url}

    # for tests
    def call(self, method: str, path: str, body: object = None, raw: bytes | None = None,
             headers: dict[str, str] | None = None, token: str | None = "owner") -> "Answer":
        """`path` with its .json and query, encoded: "/a/b.json?shallow=true"."""
        token = os.environ.get("FIREBASE_DATABASE_TOKEN", token) if token == "owner" else token
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method,
                                         headers=dict(headers or {}))
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with opener.open(request, timeout=300) as answer:
                return Answer(answer.status, answer.read(), answer.headers)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read(), error.headers)

    def get(self, *keys: str, query: str = ""):
        return self.call("GET", path_of(*keys) + query).json

    def put(self, *keys: str, value) -> None:
        answer = self.call("PUT", path_of(*keys) + "?print=silent", raw=json.dumps(value).encode())
        assert answer.status == 204, answer.body


class Answer:
    def __init__(self, status: int, body: bytes, headers) -> None:
        self.status, self.body, self.headers = status, body, headers

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def etag(self) -> str | None:
        return self.headers.get("ETag")


def path_of(*keys: str) -> str:
    return "/" + "/".join(urllib.parse.quote(key, safe="") for key in keys) + ".json"
