"""share/nginx on a real nginx: what a visitor sees while the flag file exists."""

from __future__ import annotations

import http.client
import json
import subprocess

import pytest

from services.nginx import Nginx
from services.server import program_available

SITE = """\
    set $maintenance_flag @folder@/maintenance.flag;
    set $maintenance_root {root}/share/nginx;
    if ($uri = /health) {{ break; }}
    include {root}/share/nginx/maintenance.conf;
    location = /health {{ return 200 "healthy"; }}
    location = /application-error {{ return 500; }}
"""


@pytest.fixture
def site(root):
    usable, reason = program_available("nginx")
    if not usable:
        pytest.skip(f"nginx: {reason}")
    with Nginx(SITE.format(root=root)) as server:
        yield server


def ask(site, path="/", method="GET", body=None):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request(method, path, body)
    answer = connection.getresponse()
    return answer, answer.read().decode()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE"])
def test_every_request_is_answered_503_with_the_page(site, method):
    (site.folder / "maintenance.flag").touch()
    answer, body = ask(site, "/api/items?x=1", method, b"data" if method in ("POST", "PUT") else None)
    assert answer.status == 503
    assert answer.getheader("Retry-After") == "120"
    assert answer.getheader("Cache-Control") == "no-store"
    assert answer.getheader("Content-Type").startswith("text/html")
    assert method == "HEAD" or "We will be right back" in body


def test_without_the_flag_the_site_answers_as_ever(site):
    answer, body = ask(site)
    assert (answer.status, body) == (200, "the application answers\n")
    assert ask(site, "/application-error")[0].status == 500


def test_the_flag_works_without_a_reload(site):
    flag = site.folder / "maintenance.flag"
    for _ in range(3):
        flag.touch()
        assert ask(site)[0].status == 503
        flag.unlink()
        assert ask(site)[0].status == 200


def test_a_path_can_be_let_through(site):
    (site.folder / "maintenance.flag").touch()
    answer, body = ask(site, "/health")
    assert (answer.status, body) == (200, "healthy")


def test_asking_for_the_page_itself_is_no_way_around(site):
    (site.folder / "maintenance.flag").touch()
    assert ask(site, "/environment-backup-maintenance.html")[0].status in (404, 503)
    assert ask(site, "/environment-backup-maintenance.html/../index.html")[0].status == 503


def test_a_page_that_is_gone_still_answers_503(root):
    usable, reason = program_available("nginx")
    if not usable:
        pytest.skip(f"nginx: {reason}")
    with Nginx(SITE.format(root=root).replace(f"root {root}/share/nginx;", "root /nowhere;")) as site:
        (site.folder / "maintenance.flag").touch()
        assert ask(site)[0].status == 503


def status(bin_dir, folder, maintenance):
    environment = folder / "environment.json"
    environment.write_text(json.dumps({
        "name": "athena-test", "archive_folder": str(folder / "archives"),
        "state_folder": str(folder / "state"), "maintenance": maintenance,
        "resources": {"config_local": {"path": str(folder / "config")}}}))
    done = subprocess.run(
        [bin_dir / "maintenance", "status", "--environment-file", environment,
         "--result", folder / "result.json"], capture_output=True, text=True)
    return done, json.loads((folder / "result.json").read_text())


def test_status_says_what_the_site_really_answers(site, bin_dir, tmp_path):
    flag = site.folder / "maintenance.flag"
    settings = {"flag_file": str(flag), "probe_url": f"{site.url}/"}
    _, result = status(bin_dir, tmp_path, settings)
    assert (result["maintenance"], result["flagged"], result["probe_status"]) == ("off", False, 200)
    flag.touch()
    done, result = status(bin_dir, tmp_path, settings)
    assert done.returncode == 0
    assert (result["maintenance"], result["flagged"], result["probe_status"]) == ("on", True, 503)


def test_status_tells_when_the_site_ignores_the_flag(site, bin_dir, tmp_path):
    flag = tmp_path / "another.flag"
    flag.touch()
    done, result = status(bin_dir, tmp_path, {"flag_file": str(flag), "probe_url": f"{site.url}/"})
    assert (result["maintenance"], result["flagged"]) == ("off", True)
    assert "answers 200, not 503" in done.stdout + done.stderr
