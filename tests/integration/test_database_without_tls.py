"""A database server that speaks no TLS: used where TLS is optional, refused where it is required."""

from __future__ import annotations

import contextlib

import pytest

from services.mariadb import Mariadb
from services.mysql8 import Mysql8
from support.broken_line import BrokenLine
from support.deployment import Deployment


@pytest.fixture(scope="module", params=[Mariadb, Mysql8], ids=lambda kind: kind.name)
def server(request):
    available, reason = request.param.available()
    if not available:
        pytest.skip(f"{request.param.name}: {reason}")
    with request.param(options=["--skip-ssl"]) as running:
        running.execute("CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY) ENGINE=InnoDB;")
        yield running


class Overheard(BrokenLine):
    """Somebody on the line, who listens to what is sent to the server."""

    def __init__(self, server) -> None:
        super().__init__("127.0.0.1", server.port)
        self.heard = bytearray()

    def _pass(self, source, target, answers: bool) -> None:
        if answers:
            return super()._pass(source, target, answers)
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                self.heard += data
                target.sendall(data)
        return None


@pytest.fixture
def line(server):
    line = Overheard(server)
    yield line
    line.close()


def preflight(tmp_path, bin_dir, server, line, mode: str):
    password = tmp_path / "password"
    password.write_text(server.password)
    password.chmod(0o600)
    tls = {"mode": mode, **({"ca_file": str(tmp_path / "ca.pem")} if mode.startswith("verify") else {})}
    deployment = Deployment(tmp_path, bin_dir, resources={"mysql": {
        "host": "127.0.0.1", "port": line.port, "user": server.user, "password": {"file": str(password)},
        "databases": ["shop"], "tls": tls}})
    return deployment.run("preflight", "--dry-run")


@pytest.mark.parametrize("mode", ["preferred", "disabled"])
def test_where_tls_is_optional_the_copy_goes_on_and_the_password_is_not_sent_in_the_clear(
        tmp_path, bin_dir, server, line, mode):
    ended = preflight(tmp_path, bin_dir, server, line, mode)
    assert ended.code == 0, ended
    assert b"shop" in line.heard and server.password.encode() not in line.heard


@pytest.mark.parametrize("mode", ["required", "verify_ca", "verify_identity"])
def test_where_tls_is_required_the_account_is_not_even_named(tmp_path, bin_dir, server, line, mode):
    ended = preflight(tmp_path, bin_dir, server, line, mode)
    assert ended.code == 19, ended
    assert "offers no TLS" in ended.err + ended.out and "/resources/mysql/tls" in ended.out + ended.err
    assert line.heard == b""
