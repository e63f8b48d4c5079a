"""Our copies of each part of Firebase out and in. Firestore and Auth on Google's emulators: against a client
that walks collections and writes documents one request at a time, and against `firebase auth:export` and
`auth:import`. The Realtime Database on the stand-in, against a client that reads and writes one key of the
root at a time. The servers do most of the work on either side; of the Realtime Database, ours also asks for
the ETag of everything before and after the copy, which the stand-in makes anew each time, hence its target.

Needs the release build with tests (cmake --preset release; target stage_driver) and both emulators."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benching.metric import Metric, Skipped
from contract.firebase.data_set import tree, users
from contract.firebase.walker import Walker
from services.firebase_auth import FirebaseAuth
from services.firebase_tools import FirebaseTools
from services.firestore import Firestore
from services.realtime import Realtime

DOCUMENTS = 2_000
LARGE_DOCUMENTS = 5_000  # whose memory is compared with that of ten times as many
FILLER = 1_000  # bytes of text in each of those
USERS = 20_000
BRANCHES, LEAVES = 200, 250
VALUES = 2 * BRANCHES * LEAVES
MEMORY_LIMIT_MIB = 256
HASH = ["--hash-algo=scrypt", "--hash-key=c2lnbmVy", "--salt-separator=Bw==", "--rounds=8", "--mem-cost=14"]
HASH_PARAMETERS = ("algorithm: SCRYPT, base64_signer_key: c2lnbmVy, base64_salt_separator: Bw==, "
                   "rounds: 8, mem_cost: 14")
_notes: list[tuple[str, str]] = []


def metrics(bin_dir: Path) -> Iterator[Metric]:
    driver = bin_dir.parent / "drivers" / "stage_driver"
    if not driver.exists():
        raise Skipped(f"{driver} is missing: build target stage_driver of preset release")
    for server in (Firestore, FirebaseAuth):
        usable, reason = server.available()
        if not usable:
            raise Skipped(f"{server.name}: {reason}")
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="eb-bench-firebase-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        rates = Rates()
        documents = Documents(driver, folder, stack.enter_context(Firestore()))
        accounts = Accounts(driver, folder, stack.enter_context(FirebaseAuth()), stack)
        values = Values(driver, folder, stack.enter_context(Realtime()))
        yield rates.metric(f"firestore-out-{DOCUMENTS}-walker", 0.2, "documents", DOCUMENTS,
                           documents.copies.out, documents.walk)
        yield rates.metric(f"firestore-in-{DOCUMENTS}-one-by-one", 0.4, "documents", DOCUMENTS,
                           documents.copies.back, documents.write_singly)
        yield rates.metric(f"auth-out-{USERS}-auth-export", 0.8, "users", USERS,
                           accounts.copies.out, accounts.export)
        yield rates.metric(f"auth-in-{USERS}-auth-import", 0.8, "users", USERS,
                           accounts.copies.back, accounts.import_again)
        yield rates.metric(f"realtime-out-{VALUES}-key-by-key", 1.6, "values", VALUES,
                           values.copies.out, values.read_by_key)
        yield rates.metric(f"realtime-in-{VALUES}-key-by-key", 1.0, "values", VALUES,
                           values.copies.back, values.write_by_key)
        for copies in (documents.copies, accounts.copies, values.copies):
            copies.run("restore", copies.archive)
            copies.run("prove", copies.archive)
        yield Metric("firebase/resident", MEMORY_LIMIT_MIB, unit="MiB", ours=lambda: max(
            one.peak_kib for one in (documents.copies, accounts.copies, values.copies)) / 1024)
        yield Metric("firebase/resident-10-times-the-documents", 1.15, lambda: documents.resident_mib(10),
                     lambda: documents.resident_mib(1), unit="MiB")
        rates.tell()


def notes() -> list[tuple[str, str]]:
    return _notes


class Rates:
    """How many documents, users or values a second."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.lines: list[Callable[[], str]] = []

    def metric(self, name: str, target: float, what: str, count: int, ours: Callable[[], float],
               peer: Callable[[], float]) -> Metric:
        def line() -> str:
            mine, theirs = (count / median(self.seconds[f"{name} {side}"][1:]) for side in ("ours", "peer"))
            return f"| {name} | {mine:,.0f} {what}/s | {theirs:,.0f} {what}/s |"
        self.lines.append(line)
        return Metric(f"firebase/{name}", target, self._kept(f"{name} ours", ours), self._kept(f"{name} peer", peer))

    def _kept(self, key: str, work: Callable[[], float]) -> Callable[[], float]:
        def keep() -> float:
            self.seconds.setdefault(key, []).append(work())
            return self.seconds[key][-1]
        return keep

    def tell(self) -> None:
        table = "\n".join(["| work | ours | peer |", "|---|---|---|", *(line() for line in self.lines)])
        _notes[:] = [("Firebase, by the second", table)]
        print(table, flush=True)


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


def seconds_of(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


class Documents:
    def __init__(self, driver: Path, folder: Path, server: Firestore) -> None:
        self.driver, self.folder, self.server = driver, folder, server
        self.tree = tree(DOCUMENTS)
        self.copies = self._copies("demo-documents")
        self.large: dict[int, Copies] = {}
        self.walker = Walker(server.url, "demo-documents")
        self.walker.write(self.tree)

    def walk(self) -> float:
        found: list[dict] = []
        seconds = seconds_of(lambda: found.append(self.walker.documents()))
        if len(found[0]) != DOCUMENTS:
            raise RuntimeError(f"the walker found {len(found[0])} documents")
        return seconds

    def write_singly(self) -> float:
        self.copies.run("destroy", self.copies.archive)
        return seconds_of(lambda: [self.walker.write({path: fields}) for path, fields in self.tree.items()])

    def resident_mib(self, times: int) -> float:
        """The peak of capture, prove and restore; measured once, as documents take long to make."""
        if times not in self.large:
            self.large[times] = self._copies(f"demo-large-{times}")
            Walker(self.server.url, f"demo-large-{times}").write(tree(times * LARGE_DOCUMENTS, FILLER))
            self.large[times].out()
            self.large[times].run("prove", self.large[times].archive)
            self.large[times].run("restore", self.large[times].archive)
        return self.large[times].peak_kib / 1024

    def _copies(self, project: str) -> Copies:
        return Copies(self.driver, self.folder / project, {"project": project, "firestore": {
            "endpoint": self.server.url, "databases": [{"collections": ["*"]}]}})


class Accounts:
    project = "demo-users"

    def __init__(self, driver: Path, folder: Path, server: FirebaseAuth, stack: ExitStack) -> None:
        self.server = server
        self.copies = Copies(driver, folder / self.project, {"project": self.project, "auth": {
            "endpoint": server.url, "hash_parameters": HASH_PARAMETERS}})
        self.tools = stack.enter_context(FirebaseTools(server, self.project, folder))
        self.exported = folder / "users.json"
        everybody = users(USERS)
        for at in range(0, USERS, 1000):
            answer = server.call("POST", f"/v1/projects/{self.project}/accounts:batchCreate",
                                 {"allowOverwrite": True, "users": everybody[at:at + 1000]})
            assert answer["error"] == [], answer

    def export(self) -> float:
        seconds = seconds_of(lambda: self.tools.export_users(self.exported))
        if len(json.loads(self.exported.read_text())["users"]) != USERS:
            raise RuntimeError("auth:export did not find every user")
        return seconds

    def import_again(self) -> float:
        self.copies.run("destroy", self.copies.archive)
        seconds = seconds_of(lambda: self.tools.import_users(self.exported, *HASH))
        answer = self.server.call("POST", f"/v1/projects/{self.project}/accounts:query", {"returnUserInfo": False})
        if int(answer["recordsCount"]) != USERS:
            raise RuntimeError(f"auth:import brought {answer['recordsCount']} users")
        return seconds


class Values:
    def __init__(self, driver: Path, folder: Path, server: Realtime) -> None:
        if server.is_real:
            raise Skipped("FIREBASE_DATABASE_URL is set: the whole of a database would be replaced")
        self.server = server
        self.copies = Copies(driver, folder / "demo-values", {"project": "demo-values", "realtime": {
            "databases": [{"url": server.url, "paths": ["/"]}]}})
        self.branches = {f"branch {branch}": {f"leaf {leaf}": {"text": "x" * 60, "n": leaf} for leaf in range(LEAVES)}
                         for branch in range(BRANCHES)}
        self._write()

    def read_by_key(self) -> float:
        return seconds_of(lambda: [self.server.get(key, query="?format=export")
                                   for key in self.server.get(query="?shallow=true")])

    def write_by_key(self) -> float:
        self.copies.run("destroy", self.copies.archive)
        return seconds_of(self._write)

    def _write(self) -> None:
        for key, value in self.branches.items():
            self.server.put(key, value=value)
