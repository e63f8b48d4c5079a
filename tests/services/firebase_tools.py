"""Google's command `firebase`, as far as it can be pointed at the Auth emulator: auth:export and auth:import."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .firebase_auth import FirebaseAuth, firebase_tools, node


class FirebaseTools:
    """`with FirebaseTools(auth, project, folder) as tools:`; `folder` is its home."""

    def __init__(self, auth: FirebaseAuth, project: str, folder: Path) -> None:
        self.auth, self.project, self.folder = auth, project, folder
        self._google = _Google(auth, project)

    def __enter__(self) -> "FirebaseTools":
        return self

    def __exit__(self, *_exc) -> None:
        self._google.close()

    def export_users(self, path: Path) -> None:
        self._run("auth:export", str(path), "--format=json")

    def import_users(self, path: Path, *hash_options: str) -> None:
        self._run("auth:import", str(path), *hash_options)

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            [node(), str(firebase_tools() / "lib" / "bin" / "firebase.js"), *words, f"--project={self.project}"],
            cwd=self.folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(self.folder), "CI": "1",
                 "FIREBASE_TOKEN": "any", "FIREBASE_TOKEN_URL": self._google.url,
                 "FIREBASE_IDENTITY_URL": self.auth.url, "FIREBASE_AUTH_MANAGEMENT_URL": self.auth.url,
                 "FIREBASE_RESOURCEMANAGER_URL": self._google.url})
        if done.returncode != 0:
            raise RuntimeError(f"firebase {words[0]}: {done.stdout}{done.stderr}")


class _Google:
    """Hands the command the emulators' token for any login, and every permission that it asks for. Its two old
    calls for users go to the emulator under their present names, whose limits fit them."""

    def __init__(self, auth: FirebaseAuth, project: str) -> None:
        accounts = f"/v1/projects/{project}/accounts:"

        def answer(path: str, body: bytes) -> dict:
            if path.endswith("/downloadAccount"):
                page = {key: value for key, value in json.loads(body).items() if key != "targetProjectId"}
                return auth.call("GET", f"{accounts}batchGet?{urllib.parse.urlencode(page)}")
            if path.endswith("/uploadAccount"):
                upload = {key: int(value) if key in ("rounds", "memoryCost") else value
                          for key, value in json.loads(body).items() if key != "targetProjectId"}
                answered = auth.call("POST", f"{accounts}batchCreate", {"allowOverwrite": True, **upload})
                return {key: value for key, value in answered.items() if value}
            if "testIamPermissions" in path:
                return json.loads(body)
            return {"access_token": "owner", "expires_in": 3600, "token_type": "Bearer"}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                text = json.dumps(answer(self.path, body)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_words) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
