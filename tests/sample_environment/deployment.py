"""The `deployment` project: a git clone with an uncommitted change and an untracked file, the
compose file of the services and the .env with their image tags."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .fingerprint import Fingerprint, sha256

IMAGES = {
    "ATHENA_SERVER_TAG": ("athena/server", "4.2.1"),
    "ATHENA_ADMIN_TAG": ("athena/admin", "4.2.0"),
    "OAUTH2_SERVER_TAG": ("athena/oauth2", "2.0.7"),
}
DAMAGED_TAGS = {"ATHENA_SERVER_TAG": "4.3.0-rc1", "OAUTH2_SERVER_TAG": "2.1.0"}

# stands in for `docker compose up -d`: notes which image each service runs now
_APPLY = """\
#!/bin/sh
set -eu
cd "$(dirname "$0")"
. ./.env
for service in "$@"; do
  case $service in
    athena-server) tag=$ATHENA_SERVER_TAG ;;
    athena-admin) tag=$ATHENA_ADMIN_TAG ;;
    oauth2-server) tag=$OAUTH2_SERVER_TAG ;;
    *) echo "no service $service" >&2; exit 1 ;;
  esac
  echo "$tag" > "../running/$service"
done
"""


class Deployment:
    def __init__(self, parent: Path) -> None:
        self.origin = parent / "deployment-origin.git"
        self.folder = parent / "deployment"
        self.running = parent / "running"

    @property
    def env_file(self) -> Path:
        return self.folder / ".env"

    def build(self, registry: str) -> None:
        """`registry` is host:port of the images."""
        self.running.mkdir()
        self._git("init", "-q", "--bare", "--initial-branch=main", str(self.origin), cwd=self.origin.parent)
        self._git("clone", "-q", str(self.origin), str(self.folder), cwd=self.origin.parent)
        self._write("compose.yml", "services:\n" + "".join(
            f"  {service}:\n    image: {registry}/{image}:${{{key}}}\n"
            for service, (key, (image, _)) in zip(SERVICES, IMAGES.items())))
        self._write(".gitignore", ".env\n")
        self._write("apply", _APPLY)
        (self.folder / "apply").chmod(0o755)
        self._write("settings/limits.conf", "connections = 100\n")
        self._write("settings/logo.bin", "")
        (self.folder / "settings/logo.bin").write_bytes(bytes(range(256)))
        self._commit("Describe the services")
        self._write("settings/limits.conf", "connections = 200\n")
        self._commit("Allow more connections")
        self._git("push", "-q", "origin", "HEAD:main")
        self._write(".env", "".join(f"{key}={tag}\n" for key, (_, tag) in IMAGES.items()))
        self._write("settings/limits.conf", "connections = 250  # tried on the server\n")
        (self.folder / "settings/logo.bin").write_bytes(bytes(reversed(range(256))))
        self._write("notes of the night shift.txt", "restart oauth2 after midnight\n")
        self.apply()

    def apply(self) -> None:
        subprocess.run([str(self.folder / "apply"), *SERVICES], check=True)

    def damage(self) -> None:
        self._git("checkout", "-q", "--", "settings")
        (self.folder / "notes of the night shift.txt").unlink()
        self._write("settings/limits.conf", "connections = 1\n")
        self._commit("Limit connections by mistake")

    def damage_images(self) -> None:
        lines = [f"{key}={DAMAGED_TAGS.get(key, tag)}\n" for key, (_, tag) in IMAGES.items()]
        self._write(".env", "".join(lines))
        self.apply()

    def fingerprint(self) -> Fingerprint:
        tracked = self._git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        names = sorted({name for name in tracked.split("\0") if name})
        lines = ["HEAD " + self._git("rev-parse", "HEAD").strip(),
                 "branch " + self._git("rev-parse", "--abbrev-ref", "HEAD").strip(),
                 *self._git("status", "--porcelain").splitlines()]
        for name in names:
            path = self.folder / name
            if path.is_file():
                lines.append(f"{name} {path.stat().st_mode & 0o111:o} {sha256(path.read_bytes())}")
        changed = len(self._git("status", "--porcelain").splitlines())
        return Fingerprint.of("deployment", f"{lines[0][5:13]}, {changed} uncommitted", lines)

    def images_fingerprint(self) -> Fingerprint:
        tags = [line for line in self.env_file.read_text().splitlines() if "=" in line]
        running = [f"{path.name} runs {path.read_text().strip()}"
                   for path in sorted(self.running.iterdir())]
        counts = ", ".join(line.split("=", 1)[1] for line in tags)
        return Fingerprint.of("images", counts, tags + running)

    # details
    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def _commit(self, subject: str) -> None:
        self._git("add", "-A")
        self._git("commit", "-q", "-m", subject)

    def _git(self, *words: str, cwd: Path | None = None) -> str:
        identity = {key: value for who in ("AUTHOR", "COMMITTER") for key, value in
                    ((f"GIT_{who}_NAME", "Operations"), (f"GIT_{who}_EMAIL", "operations@example.org"))}
        done = subprocess.run(
            ["git", *words], cwd=cwd or self.folder, capture_output=True, check=False,
            env={**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"})
        if done.returncode != 0:
            raise RuntimeError(f"git {words[0]}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode("utf-8", "surrogateescape")


SERVICES = ("athena-server", "athena-admin", "oauth2-server")
