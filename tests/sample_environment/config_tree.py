"""The `config-local` folder: ordinary configuration and every kind of entry that is easily lost."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

from .fingerprint import Fingerprint, sha256

_TIME = 1_700_000_000_123_456_789


class ConfigTree:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def build(self) -> None:
        self._write("athena-server/application.yml", "server:\n  port: 8080\n", 0o640)
        self._write("athena-server/secret.key", "not for everyone\n", 0o600)
        self._write("oauth2-server/keys/signing.pem", "-----BEGIN KEY-----\n", 0o400)
        self._write("scripts/start.sh", "#!/bin/sh\nexec java\n", 0o755)
        self._write("empty file", "", 0o644)
        self._write("names/\u00fcml\u00e4ut and space \u2713.txt", "1\n", 0o644)
        self._write("names/-dash", "2\n", 0o644)
        self._write("names/new\nline", "3\n", 0o644)
        self._write("names/" + "long" * 60, "4\n", 0o644)
        with open(os.fsencode(self.folder / "names") + b"/not-utf8-\xff", "wb") as file:
            file.write(b"5\n")
        for number in range(200):
            self._write(f"tenants/{number:03}/tenant.properties", f"id={number}\n" * (number % 7 + 1))
        self._special()
        self._large()
        self._owners_and_times()

    def damage(self) -> None:
        """What a slip of the hand does: gone, changed, added, opened to everyone."""
        (self.folder / "athena-server/application.yml").write_text("server:\n  port: 1\n")
        (self.folder / "athena-server/secret.key").chmod(0o666)
        shutil.rmtree(self.folder / "tenants")
        shutil.rmtree(self.folder / "names")
        (self.folder / "large.bin").unlink()
        (self.folder / "link").unlink()
        (self.folder / "link").symlink_to("/etc/passwd")
        (self.folder / "added by mistake.yml").write_text("new: true\n")
        (self.folder / "empty folder").rmdir()

    def fingerprint(self) -> Fingerprint:
        entries = sorted(self._entries(), key=os.fsencode)
        links: dict[tuple[int, int], str] = {}
        described = [self._describe(path, links) for path in entries]
        files = sum(1 for path in entries if path.is_file() and not path.is_symlink())
        return Fingerprint.of("config_local", f"{files} files, {len(entries)} entries", described)

    # details
    def _write(self, name: str, text: str, mode: int = 0o644) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def _special(self) -> None:
        (self.folder / "empty folder").mkdir()
        (self.folder / "link").symlink_to("athena-server/application.yml")
        (self.folder / "dangling").symlink_to("nowhere/at all")
        os.link(self.folder / "scripts/start.sh", self.folder / "scripts/same file.sh")
        (self.folder / "shared").mkdir()
        (self.folder / "shared").chmod(0o3775)
        marked = self.folder / "athena-server/application.yml"
        try:
            os.setxattr(marked, "user.comment", b"kept \x00\xff")
        except OSError:
            pass  # the file system has no extended attributes; then nothing can be lost either
        subprocess.run(["setfacl", "-m", "u:nobody:r", str(marked)], check=False,
                       capture_output=True)

    def _large(self) -> None:
        (self.folder / "large.bin").write_bytes(bytes(range(256)) * 12_000)
        with (self.folder / "sparse.img").open("wb") as file:
            file.write(b"begin")
            file.seek(8 << 20)
            file.write(b"end")

    def _owners_and_times(self) -> None:
        if os.geteuid() == 0:
            os.chown(self.folder / "oauth2-server/keys/signing.pem", 1234, 4321)
            os.chown(self.folder / "link", 1234, 4321, follow_symlinks=False)
        for number, path in enumerate(sorted(self._entries(), key=os.fsencode, reverse=True)):
            when = _TIME + number * 1_000_000_007
            os.utime(path, ns=(when, when), follow_symlinks=False)

    def _entries(self) -> list[Path]:
        found = [self.folder]
        for place, folders, files in os.walk(self.folder):
            found += [Path(place) / name for name in folders + files]
        return found

    def _describe(self, path: Path, links: dict[tuple[int, int], str]) -> str:
        info = path.lstat()
        name = str(path.relative_to(self.folder))
        parts = [repr(name), stat.filemode(info.st_mode), f"{info.st_uid}:{info.st_gid}",
                 str(info.st_mtime_ns)]
        if stat.S_ISLNK(info.st_mode):
            parts.append("-> " + os.readlink(path))
        elif stat.S_ISREG(info.st_mode):
            parts += [str(info.st_size), sha256(path.read_bytes())]
            if info.st_nlink > 1:
                parts.append("linked to " + repr(links.setdefault((info.st_dev, info.st_ino), name)))
        for key in sorted(_attributes(path)):
            parts.append(f"{key}={os.getxattr(path, key, follow_symlinks=False).hex()}")
        return " ".join(parts)


def _attributes(path: Path) -> list[str]:
    try:
        return os.listxattr(path, follow_symlinks=False)
    except OSError:
        return []
