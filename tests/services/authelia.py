"""Authelia in front of the Admin Interface: the real one where AUTHELIA_BIN names it, else a stand-in for
the one address that nginx asks."""

from __future__ import annotations

import os
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SIGN_IN = "https://auth.example.net/"


class AutheliaStandIn:
    """Answers /api/authz/auth-request as Authelia documents it: 200 with Remote-User and Remote-Groups for a
    session that it knows, 401 with the page to sign in for none, 403 for a user without the right.

    `users` are sessions by the value of the cookie authelia_session: (user, groups); None as groups: 403.
    `other_sites` are sessions with a password only: good for every host that the same Authelia protects but
    for localhost, whose rule asks for two factors. `asked` are the addresses that it was asked about."""

    def __init__(self, users: dict[str, tuple[str, str | None]],
                 other_sites: dict[str, tuple[str, str | None]] | None = None) -> None:
        self.users = users
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {
            "users": users, "other_sites": other_sites or {}, "asked": self.asked}))
        self.address = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> "AutheliaStandIn":
        self._thread.start()
        return self

    def __exit__(self, *_exc) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def real_authelia() -> str:
    """The program, or nothing."""
    return os.environ.get("AUTHELIA_BIN", "")


class _Handler(BaseHTTPRequestHandler):
    users: dict[str, tuple[str, str | None]]
    other_sites: dict[str, tuple[str, str | None]]
    asked: list[str]

    def log_message(self, *_args) -> None:
        pass

    def do_GET(self) -> None:
        if self.path != "/api/authz/auth-request" or not self.headers.get("X-Original-URL"):
            return self._answer(400, {})
        cookies = dict(part.strip().split("=", 1) for part in self.headers.get("Cookie", "").split(";") if "=" in part)
        self.asked.append(self.headers["X-Original-URL"])
        known = dict(self.users)
        if urllib.parse.urlsplit(self.asked[-1]).hostname != "localhost":
            known.update(self.other_sites)
        user, groups = known.get(cookies.get("authelia_session", ""), ("", ""))
        if not user:
            return self._answer(401, {"Location": f"{SIGN_IN}?rd={self.headers['X-Original-URL']}"})
        if groups is None:
            return self._answer(403, {})
        return self._answer(200, {"Remote-User": user, "Remote-Groups": groups, "Remote-Name": user,
                                  "Remote-Email": f"{user}@example.net"})

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()
