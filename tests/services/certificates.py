"""A certificate authority that lives as long as a test, and a server's certificate from it."""

from __future__ import annotations

import subprocess
from pathlib import Path

_EC_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]


def make_certificates(folder: Path, address: str = "127.0.0.1") -> None:
    """ca.pem, server-cert.pem and server-key.pem; the certificate names `address` only."""
    folder.mkdir()
    _request(folder, "ca", ["-subj", "/CN=authority of a test"])
    _request(folder, "server", ["-subj", f"/CN={address}", "-addext", f"subjectAltName=IP:{address}",
                                "-addext", "basicConstraints=critical,CA:FALSE",
                                "-CA", str(folder / "ca.pem"), "-CAkey", str(folder / "ca-key.pem")])
    (folder / "server.pem").rename(folder / "server-cert.pem")


def _request(folder: Path, name: str, arguments: list[str]) -> None:
    done = subprocess.run(["openssl", "req", "-x509", *_EC_KEY, "-keyout", str(folder / f"{name}-key.pem"),
                           "-out", str(folder / f"{name}.pem"), *arguments],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl req: {done.stderr.strip()}")
