"""What MariaDB and MySQL share: a data folder copied from a cached template, options, a client."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from .cache import cache_dir
from .server import UNPRIVILEGED, Server

# Small, and safe by default: a commit is on disk, as in production.
TEST_OPTIONS = [
    "--local-infile=1", "--max-connections=64", "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M", "--max-allowed-packet=64M", "--skip-name-resolve",
    "--performance-schema=OFF", "--log-bin-trust-function-creators=1", "--event-scheduler=OFF",
]
# For loads that are measured or large and may be lost: not what production has.
FAST_OPTIONS = [
    "--innodb-buffer-pool-size=1G", "--innodb-log-file-size=512M", "--innodb-flush-log-at-trx-commit=2",
]


class SqlServer(Server):
    runs_unprivileged = True
    user = "root"

    def __init__(self, password: str = "root secret", options: list[str] | None = None) -> None:
        super().__init__()
        self.password = password
        self.options = options or []

    # what MariaDB and MySQL each fill in
    def initialise(self, datadir: Path) -> None:
        raise NotImplementedError

    def template_name(self) -> str:
        raise NotImplementedError

    def init_sql(self) -> str:
        raise NotImplementedError

    def program(self) -> list[str]:
        raise NotImplementedError

    @property
    def socket(self) -> Path:
        return self.folder / "s.sock"

    @property
    def datadir(self) -> Path:
        return self.folder / "data"

    def prepare(self) -> None:
        template = self._template()
        subprocess.run(["cp", "-a", "--reflink=auto", str(template), str(self.datadir)], check=True)
        (self.folder / "init.sql").write_text(self.init_sql())

    def argv(self) -> list[str]:
        return [*self.program(), f"--datadir={self.datadir}", f"--socket={self.socket}",
                f"--port={self.port}", "--bind-address=127.0.0.1", f"--pid-file={self.folder}/pid",
                f"--init-file={self.folder}/init.sql", f"--secure-file-priv={self.folder}",
                f"--tmpdir={self.folder}", *TEST_OPTIONS, *self.options]

    def is_ready(self) -> bool:
        return self.socket.exists() and self._client("SELECT 1", check=False).returncode == 0

    def execute(self, sql: str, database: str = "") -> str:
        """Runs statements as root and returns the client's tab-separated output."""
        return self._client(sql, database).stdout.decode("utf-8", "surrogateescape")

    def query(self, sql: str, database: str = "") -> list[list[str]]:
        return [line.split("\t") for line in self.execute(sql, database).splitlines()]

    @contextmanager
    def session(self, sql: str, database: str = "") -> Iterator[None]:
        """A client that has run `sql` and then does nothing."""
        client = subprocess.Popen([*self.client_argv(database), "--unbuffered"], text=True, bufsize=1,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self.client_environment())
        try:
            client.stdin.write(sql + ";\nSELECT 'ready';\n")
            while client.stdout.readline().strip() != "ready":
                if client.poll() is not None:
                    raise RuntimeError(f"{self.name}: {sql} failed")
            yield
        finally:
            client.communicate("ROLLBACK;\n")

    def load(self, path: Path, database: str = "") -> None:
        """Runs a file of SQL (DELIMITER is understood)."""
        self._client(path.read_text(errors="surrogateescape"), database)

    def dump(self, *databases: str, broken_views: bool = False) -> bytes:
        """Everything in the databases in a form that is byte-equal for equal content. A view whose
        tables are gone is an error, or left out with broken_views."""
        done = subprocess.run(
            ["mariadb-dump", *self._connection(), "--skip-dump-date", "--order-by-primary",
             "--routines", "--triggers", "--events", "--hex-blob", "--single-transaction",
             *(["--force"] if broken_views else []), "--databases", *databases],
            env=self.client_environment(), capture_output=True, check=False)
        if done.returncode != 0 and not broken_views:
            raise RuntimeError(f"mariadb-dump: {done.stderr.decode(errors='replace')}")
        return done.stdout

    def exports(self) -> dict[str, str]:
        prefix = f"TEST_{self.name.upper()}"
        return {f"{prefix}_HOST": "127.0.0.1", f"{prefix}_PORT": str(self.port),
                f"{prefix}_SOCKET": str(self.socket), f"{prefix}_USER": self.user,
                f"{prefix}_PASSWORD": self.password}

    def client_argv(self, database: str = "") -> list[str]:
        return ["mariadb", *self._connection(), "--batch", "--raw", "--skip-column-names",
                *([database] if database else [])]

    def client_environment(self) -> dict[str, str]:
        return {**os.environ, "MYSQL_PWD": self.password}

    # details
    def _connection(self) -> list[str]:
        return ["--no-defaults", f"--socket={self.socket}", f"--user={self.user}",
                "--default-character-set=utf8mb4"]

    def _client(self, sql: str, database: str = "", check: bool = True):
        done = subprocess.run(self.client_argv(database), env=self.client_environment(),
                              input=sql.encode("utf-8", "surrogateescape"), capture_output=True,
                              check=False)
        if check and done.returncode != 0:
            raise RuntimeError(f"{self.name}: {done.stderr.decode(errors='replace').strip()}")
        return done

    def _template(self) -> Path:
        """Initialising takes seconds, so it is done once and kept."""
        templates = cache_dir() / "templates"
        templates.mkdir(parents=True, exist_ok=True)
        template = templates / self.template_name()
        with (templates / f"{self.template_name()}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not template.exists():
                self._make_template(template)
        return template

    def _make_template(self, template: Path) -> None:
        part = Path(tempfile.mkdtemp(prefix=f"{template.name}.", dir=template.parent))
        try:
            self.give_to_server(part)
            self.initialise(part / "data")
            (part / "data").rename(template)
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _run_as_server(self, argv: list[str], cwd: Path) -> None:
        user, group = UNPRIVILEGED if self._drops_rights() else (None, None)
        done = subprocess.run(argv, cwd=cwd, user=user, group=group, stdin=subprocess.DEVNULL,
                              extra_groups=[] if user else None, capture_output=True, check=False)
        if done.returncode != 0:
            output = (done.stdout + done.stderr).decode(errors="replace")
            raise RuntimeError(f"{argv[0]} failed: {output[-2000:]}")


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
