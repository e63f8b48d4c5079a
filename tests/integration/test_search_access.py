"""Elasticsearch behind TLS, users and keys, and limits: real backups and restores through nginx."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from faults.steps import Steps
from sample_environment.search_only import SearchOnly
from services.nginx import Nginx
from services.server import free_port

PASSWORD = "s3cret with space"
KEY = "aWQ6a2V5"
BASIC = 'auth_basic "search"; auth_basic_user_file @folder@/users;'
API_KEY = f'if ($http_authorization != "ApiKey {KEY}") {{ return 401; }}'


class SearchFront(Nginx):
    """TLS with a certificate of its own in front of a search server; `rules` decide who may pass."""

    def __init__(self, upstream: str, rules: str) -> None:
        self.tls_port = free_port()
        super().__init__(f"""
    listen 127.0.0.1:{self.tls_port} ssl;
    ssl_certificate @folder@/front.pem;
    ssl_certificate_key @folder@/front.key;
    {rules}
    location / {{ proxy_pass {upstream}; proxy_http_version 1.1; proxy_set_header Connection ""; }}
""")

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.tls_port}"

    @property
    def ca_file(self) -> Path:
        return self.folder / "front.pem"

    def prepare(self) -> None:
        super().prepare()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=front",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(self.folder / "front.key"),
                        "-out", str(self.ca_file)], check=True, capture_output=True)
        hashed = subprocess.run(["openssl", "passwd", "-apr1", PASSWORD], check=True, capture_output=True, text=True)
        (self.folder / "users").write_text(f"backup:{hashed.stdout}")


@pytest.fixture(scope="module")
def sample(bin_dir, elasticsearch):
    with SearchOnly(bin_dir, elasticsearch) as environment:
        yield environment


@pytest.fixture
def front(sample):
    """Starts a front with given rules and sends the environment's steps through it."""
    running: list[SearchFront] = []

    def start(rules: str, **section: object) -> SearchFront:
        usable, reason = SearchFront.available()
        if not usable:
            pytest.skip(f"nginx: {reason}")
        server = SearchFront(sample.search.url, rules)
        running.append(server)
        server.__enter__()
        sample.section = {"urls": [server.url], "ca_file": str(server.ca_file), **section}
        sample.write_environment()
        return server

    yield start
    for server in running:
        server.stop()
    sample.section = {}
    sample.write_environment()


def secret(sample: SearchOnly, text: str) -> dict:
    path = sample.folder / "secret"
    path.write_text(text + "\n")
    path.chmod(0o600)
    return {"file": str(path)}


def back_up_damage_restore(sample: SearchOnly) -> None:
    steps = Steps(sample)
    before = sample.fingerprints()
    backup_id = steps.backup()
    sample.damage()
    assert sample.fingerprints() != before
    steps.restore(backup_id)
    assert sample.fingerprints() == before


def refusal(sample: SearchOnly) -> tuple[int, str]:
    done = sample.step("preflight", "--dry-run")
    assert PASSWORD not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


def test_user_and_password_over_tls(sample, front):
    front(BASIC, username="backup", password=secret(sample, PASSWORD))
    back_up_damage_restore(sample)


def test_an_api_key_over_tls(sample, front):
    front(API_KEY, api_key=secret(sample, KEY))
    back_up_damage_restore(sample)


def test_a_proxy_that_lets_little_through_at_once(sample, front):
    front("client_max_body_size 48k;")
    back_up_damage_restore(sample)


def test_a_node_that_is_dead_is_passed_over(sample, front):
    dead, alive = front(""), front("")
    dead.stop()
    sample.section = {"urls": [dead.url, alive.url], "ca_file": str(alive.ca_file)}
    sample.write_environment()
    back_up_damage_restore(sample)


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_is_exit_code_12(sample, front, password):
    front(BASIC, username="backup", password=secret(sample, password))
    code, text = refusal(sample)
    assert code == 12, text
    assert "check username, password or api_key" in text


def test_a_certificate_that_nobody_vouches_for_is_refused(sample, front):
    front("")
    del sample.section["ca_file"]
    sample.write_environment()
    code, text = refusal(sample)
    assert code in (13, 19), text
    assert "certificate" in text
