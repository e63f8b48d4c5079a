"""Firestore and Auth on Google's emulators: our copies out and in against `firebase auth:export` and
`auth:import`, and against a client that walks collections and writes documents one request at a time.

Needs the release build with tests (cmake --preset release; target stage_driver) and both emulators. The
emulators do most of the work on either side. Everything lives in one temporary folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benching.metric import Metric
from contract.firebase.data_set import tree, users
from contract.firebase.walker import Walker
from services.firebase_auth import FirebaseAuth, firebase_tools, node
from services.firestore import Firestore

DOCUMENTS = 1_000
USERS = 20_000
MEMORY_LIMIT_MIB = 256
HASH = ["--hash-algo=scrypt", "--hash-key=c2lnbmVy", "--salt-separator=Bw==", "--rounds=8", "--mem-cost=14"]
HASH_PARAMETERS = ("algorithm: SCRYPT, base64_signer_key: c2lnbmVy, base64_salt_separator: Bw==, "
                   "rounds: 8, mem_cost: 14")


def metrics(bin_dir: Path) -> Iterator[Metric]:
    bench = Bench(bin_dir.parent / "drivers" / "stage_driver")
    try:
        yield Metric(f"firebase/firestore-out-{DOCUMENTS}-walker", 0.2, bench.documents.out, bench.walk)
        yield Metric(f"firebase/firestore-in-{DOCUMENTS}-one-by-one", 0.4, bench.documents.back, bench.write_singly)
        yield Metric(f"firebase/auth-out-{USERS}-auth-export", 0.8, bench.users.out, bench.auth_export)
        yield Metric(f"firebase/auth-in-{USERS}-auth-import", 0.8, bench.users.back, bench.auth_import)
        yield Metric("firebase/resident", MEMORY_LIMIT_MIB, bench.peak_mib, unit="MiB")
        yield Metric("firebase/resident-10-times-the-documents", 1.15, bench.many_documents_mib,
                     bench.documents_mib, unit="MiB")
    finally:
        bench.close()


class Copies:
    """Our stages on one project."""

    def __init__(self, driver: Path, folder: Path, section: dict) -> None:
        self.driver = driver
        self.folder = folder
        self.section = folder / "section.json"
        self.peak_kib = 0
        folder.mkdir()
        self.section.write_text(json.dumps({"emulator": True, **section}))
        self.archive = ""

    def out(self) -> float:
        shutil.rmtree(self.folder / "archives", ignore_errors=True)
        (self.folder / "archives").mkdir()
        seconds, output = self.run("capture", str(self.folder / "archives"))
        self.archive = output.strip()
        return seconds

    def back(self) -> float:
        if not self.archive:
            self.out()
        self.run("destroy", self.archive)
        return self.run("restore", self.archive)[0]

    def run(self, verb: str, path: str) -> tuple[float, str]:
        begun = time.perf_counter()
        done = subprocess.run([str(self.driver), "firebase", verb, str(self.section), path],
                              capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - begun
        if done.returncode != 0:
            raise RuntimeError(f"{verb}: exit code {done.returncode}: {done.stdout}{done.stderr}")
        self.peak_kib = max(self.peak_kib, int(done.stderr.split()[-1]))
        return seconds, done.stdout


class Bench:
    def __init__(self, driver: Path) -> None:
        if not driver.exists():
            raise SystemExit(f"{driver} is missing: build target stage_driver of preset release")
        for server in (Firestore, FirebaseAuth):
            usable, reason = server.available()
            if not usable:
                raise SystemExit(reason)
        self.folder = Path(tempfile.mkdtemp(prefix="eb-bench-firebase-"))
        self.firestore = Firestore()
        self.auth = FirebaseAuth()
        self.firestore.__enter__()
        self.auth.__enter__()
        self.google = Google()
        self.tree = tree(DOCUMENTS)
        self.documents = self._firestore("demo-documents", driver)
        self.many = self._firestore("demo-many", driver)
        self.users = Copies(driver, self.folder / "users", {"project": "demo-users", "auth": {
            "endpoint": self.auth.url, "hash_parameters": HASH_PARAMETERS}})
        self.walker = Walker(self.firestore.url, "demo-documents")
        self.walker.write(self.tree)
        self._put_users()
        self.exported = self.folder / "users.json"

    def close(self) -> None:
        self.google.close()
        self.auth.__exit__()
        self.firestore.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    # peers
    def walk(self) -> float:
        begun = time.perf_counter()
        if len(self.walker.documents()) != DOCUMENTS:
            raise RuntimeError("the walker did not find every document")
        return time.perf_counter() - begun

    def write_singly(self) -> float:
        self.documents.run("destroy", self.documents.archive)
        begun = time.perf_counter()
        for path, fields in self.tree.items():
            self.walker.write({path: fields})
        return time.perf_counter() - begun

    def auth_export(self) -> float:
        return self._firebase("auth:export", str(self.exported), "--format=json")

    def auth_import(self) -> float:
        if not self.exported.exists():
            self.auth_export()
        self.users.run("destroy", self.users.archive)
        return self._firebase("auth:import", str(self.exported), *HASH)

    # memory
    def peak_mib(self) -> float:
        return max(self.documents.peak_kib, self.users.peak_kib) / 1024

    def documents_mib(self) -> float:
        return self.documents.peak_kib / 1024

    def many_documents_mib(self) -> float:
        if not self.many.archive:
            Walker(self.firestore.url, "demo-many").write(tree(10 * DOCUMENTS))
            self.many.out()
            self.many.run("prove", self.many.archive)
        return self.many.peak_kib / 1024

    # details
    def _firestore(self, project: str, driver: Path) -> Copies:
        return Copies(driver, self.folder / project, {"project": project, "firestore": {
            "endpoint": self.firestore.url, "databases": [{"collections": ["*"]}]}})

    def _put_users(self) -> None:
        everybody = users(USERS)
        for at in range(0, USERS, 1000):
            answer = self.auth.call("POST", "/v1/projects/demo-users/accounts:batchCreate",
                                    {"allowOverwrite": True, "users": everybody[at:at + 1000]})
            assert answer["error"] == [], answer

    def _firebase(self, *words: str) -> float:
        begun = time.perf_counter()
        done = subprocess.run(
            [node(), str(firebase_tools() / "lib" / "bin" / "firebase.js"), *words, "--project=demo-users"],
            cwd=self.folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(self.folder), "CI": "1",
                 "FIREBASE_TOKEN": "any", "FIREBASE_TOKEN_URL": self.google.url,
                 "FIREBASE_IDENTITY_URL": self.auth.url, "FIREBASE_AUTH_MANAGEMENT_URL": self.auth.url,
                 "FIREBASE_RESOURCEMANAGER_URL": self.google.url})
        if done.returncode != 0:
            raise RuntimeError(f"firebase {words[0]}: {done.stdout}{done.stderr}")
        return time.perf_counter() - begun


class Google:
    """Hands firebase-tools the emulators' token for any login, and every permission it asks for."""

    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answer = {"access_token": "owner", "expires_in": 3600, "token_type": "Bearer"}
                if "testIamPermissions" in self.path:
                    answer = json.loads(body)
                text = json.dumps(answer).encode()
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
