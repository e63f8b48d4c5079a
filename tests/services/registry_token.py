"""Docker registry that asks for bearer tokens, and the token service that hands them out."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from base64 import b64encode, urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from .registry import Registry
from .server import program_available

ISSUER = "test-issuer"
SERVICE = "test-registry"


class RegistryToken(Registry):
    """Without a token it answers 401 with `WWW-Authenticate: Bearer realm=...,service=...`; the realm
    gives tokens for user and password. `token_requests` lists the scopes that were asked for."""

    name = "registry-token"
    user = "puller"
    password = "pull secret"

    def __init__(self) -> None:
        super().__init__()
        self.token_requests: list[str] = []
        self.lifetime_seconds = 300
        self._realm: ThreadingHTTPServer | None = None

    @classmethod
    def available(cls) -> tuple[bool, str]:
        usable, reason = program_available("openssl")
        return super().available() if usable else (usable, reason)

    def auth_config(self) -> str:
        self._make_key()
        self._realm = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._realm.serve_forever, daemon=True).start()
        return (f"auth:\n  token: {{realm: '{self.realm}', service: {SERVICE}, issuer: {ISSUER}, "
                f"rootcertbundle: {self.folder}/certificate.pem}}\n")

    @property
    def realm(self) -> str:
        return f"http://127.0.0.1:{self._realm.server_port}/token"

    def authorization(self) -> str:
        everything = [{"type": "repository", "name": name, "actions": ["*"]}
                      for name in self._pushed]
        return "Bearer " + self.token(everything)

    _pushed: tuple[str, ...] = ()

    def push(self, image: str, tag: str, content: bytes = b"") -> str:
        self._pushed = (*self._pushed, image)
        return super().push(image, tag, content)

    def stop(self) -> None:
        if self._realm is not None:
            self._realm.shutdown()
            self._realm.server_close()
            self._realm = None
        super().stop()

    def exports(self) -> dict[str, str]:
        return {"TEST_REGISTRY_TOKEN_URL": self.url, "TEST_REGISTRY_TOKEN_USER": self.user,
                "TEST_REGISTRY_TOKEN_PASSWORD": self.password}

    def token(self, access: list[dict]) -> str:
        """A JSON web token as the registry verifies it: RS256, with the certificate in its header."""
        certificate = "".join((self.folder / "certificate.pem").read_text().splitlines()[1:-1])
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": SERVICE, "sub": self.user, "iat": now, "nbf": now - 60,
                  "exp": now + self.lifetime_seconds, "jti": str(time.monotonic_ns()), "access": access}
        signed = ".".join(_encoded(json.dumps(part).encode()) for part in (
            {"typ": "JWT", "alg": "RS256", "x5c": [certificate]}, claims))
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", str(self.folder / "key.pem")],
            input=signed.encode(), capture_output=True, check=True).stdout
        return f"{signed}.{_encoded(signature)}"

    def _make_key(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-subj", f"/CN={ISSUER}", "-keyout", str(self.folder / "key.pem"),
             "-out", str(self.folder / "certificate.pem")], capture_output=True, check=True)


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _access(scopes: list[str]) -> list[dict]:
    found = []
    for scope in " ".join(scopes).split():
        kind, name, actions = scope.split(":", 2)
        found.append({"type": kind, "name": name, "actions": actions.split(",")})
    return found


def _handler(registry: RegistryToken) -> type[BaseHTTPRequestHandler]:
    expected = "Basic " + b64encode(f"{registry.user}:{registry.password}".encode()).decode()

    class TokenHandler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            scopes = parse_qs(urlsplit(self.path).query).get("scope", [])
            if self.headers.get("Authorization") != expected:
                self._answer(401, {"details": "incorrect username or password"})
                return
            registry.token_requests.extend(scopes)
            self._answer(200, {"token": registry.token(_access(scopes)),
                               "expires_in": registry.lifetime_seconds})

        def _answer(self, status: int, body: dict) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args) -> None:
            pass

    return TokenHandler
