"""What all servers share: temporary folder, free port, start, wait until ready, stop."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

UNPRIVILEGED = ("nobody", "nogroup")
_PR_SET_PDEATHSIG = 1
_given_ports: set[int] = set()


class StartError(RuntimeError):
    """A server did not become ready; the message holds the tail of its log."""


def free_port() -> int:
    """A port that nothing listens on and that this process has not given out before."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in _given_ports:
            _given_ports.add(port)
            return port


def port_answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Server:
    """A server process. Subclasses say how to prepare(), what argv() is and when it is_ready().

    `with Mariadb() as db:` starts, waits and stops. start() and wait_ready() are apart so that
    several servers can start side by side.
    """

    name = "server"
    ready_timeout_seconds = 60
    stop_timeout_seconds = 20

    def __init__(self) -> None:
        self.port = 0
        self.folder = Path()
        self.process: subprocess.Popen | None = None

    # what a subclass fills in
    @classmethod
    def available(cls) -> tuple[bool, str]:
        raise NotImplementedError

    def prepare(self) -> None:
        """Writes configuration and data into self.folder."""

    def argv(self) -> list[str]:
        raise NotImplementedError

    def is_ready(self) -> bool:
        return port_answers(self.port)

    def after_ready(self) -> None:
        """First data that every user of this server expects."""

    def exports(self) -> dict[str, str]:
        """Addresses for programs outside Python, by the name of an environment variable."""
        return {}

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    runs_unprivileged = False

    # the life of the process
    def __enter__(self):
        try:
            self.start()
            self.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_exc) -> None:
        self.stop()

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> None:
        usable, reason = self.available()
        if not usable:
            raise StartError(f"{self.name} is not available: {reason}")
        self.folder = Path(tempfile.mkdtemp(prefix=f"eb-{self.name}-", dir=_short_temp_root()))
        self.folder.chmod(0o755)
        self.port = self.port or free_port()
        self.prepare()
        self.give_to_server(self.folder)
        self.launch()

    def launch(self) -> None:
        """Starts the process on the folder as it is: the first start, and again after kill()."""
        user, group = UNPRIVILEGED if self._drops_rights() else (None, None)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.argv(), cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, preexec_fn=_die_with_parent,
                user=user, group=group, extra_groups=[] if user else None)

    def wait_ready(self) -> None:
        deadline = time.monotonic() + self.ready_timeout_seconds
        while not self.is_ready():
            if self.process.poll() is not None:
                raise StartError(self._trouble(f"ended with code {self.process.returncode}"))
            if time.monotonic() > deadline:
                raise StartError(self._trouble(f"not ready after {self.ready_timeout_seconds} s"))
            time.sleep(0.05)
        self.after_ready()

    def kill(self) -> None:
        """As in a crash: no clean shutdown. launch() and wait_ready() bring it back."""
        self._signal(signal.SIGKILL)
        self.process.wait()

    def restart(self) -> None:
        self.end_process()
        self.launch()
        self.wait_ready()

    def end_process_soon(self) -> None:
        """Asks the process to end without waiting, so that several can end side by side."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()

    def end_process(self) -> None:
        if self.process is None:
            return
        self.end_process_soon()
        try:
            self.process.wait(self.stop_timeout_seconds)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        self.end_process()
        if self.folder != Path():
            shutil.rmtree(self.folder, ignore_errors=True)

    # details
    def give_to_server(self, path: Path) -> None:
        if self._drops_rights():
            subprocess.run(["chown", "-R", ":".join(UNPRIVILEGED), str(path)], check=True)

    def _drops_rights(self) -> bool:
        return self.runs_unprivileged and os.geteuid() == 0

    def _signal(self, number: int) -> None:
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass

    def _trouble(self, what: str) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-15:] if self.log.exists() else []
        return "\n  ".join([f"{self.name}: {what}; the end of its log:", *lines])


def _short_temp_root() -> str | None:
    """A unix socket's path holds 107 bytes, so a long TMPDIR cannot be used."""
    return None if len(tempfile.gettempdir()) <= 40 else "/tmp"


def find_program(name: str) -> str | None:
    """Also looks where servers are kept, which is not on every user's PATH."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin")


def program_available(name: str) -> tuple[bool, str]:
    return (True, "") if find_program(name) else (False, f"no program {name}: run ci/packages services")
