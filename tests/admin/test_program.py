"""The command line, the proxy's own sign-in, and what a crash leaves."""

from __future__ import annotations

import json
import signal
import subprocess
import time

import pytest
import sample_view
from services.admin_front import PASSWORD, SECRET, AdminSite, Browser, write_secret

ENVIRONMENT = "athena-test"


@pytest.fixture
def other(program, tmp_path):
    """A service of the test's own that takes Authelia's word for who it is."""
    usable, reason = AdminSite.available()
    if not usable:
        pytest.skip(reason)
    (tmp_path / "view.json").write_text(json.dumps(sample_view.view(ENVIRONMENT, 5)))
    with AdminSite(program, tmp_path, {ENVIRONMENT: tmp_path / "view.json"},
                   proxy={"sign_in": True, "operator_groups": ["athena-operators"],
                          "viewer_groups": ["athena-viewers"]}) as running:
        yield running


def test_authelias_users_are_signed_in_with_the_role_of_their_groups(other):
    assert "Back up now" in other.ask(f"/{ENVIRONMENT}").text
    viewer = other.ask(f"/{ENVIRONMENT}", session="vic-session")
    assert viewer.status == 200 and "Back up now" not in viewer.text
    stranger = other.ask(f"/{ENVIRONMENT}", session="odd-session")
    assert stranger.status == 403 and "none of your groups" in stranger.text
    forged = other.ask(f"/{ENVIRONMENT}", session="vic-session",
                       headers={"Remote-User": "ada", "Remote-Groups": "athena-operators"})
    assert "Back up now" not in forged.text


def test_a_request_is_recorded_before_jenkins_is_asked_and_outlives_a_crash(program, tmp_path):
    (tmp_path / "view.json").write_text(json.dumps(sample_view.view(ENVIRONMENT, 5)))
    with AdminSite(program, tmp_path, {ENVIRONMENT: tmp_path / "view.json"}) as site:
        browser = site.sign_in()
        reply = browser.post(f"/{ENVIRONMENT}/backup", {"description": "nobody answers"}, page=f"/{ENVIRONMENT}/backup")
        page = reply.headers["location"]
        assert "Send it again" in browser.get(page).text
        site.service.stop(signal.SIGKILL)
        site.service.start()
        assert "Asking Jenkins" in site.sign_in().get(page).text
        assert [line["result"] for line in site.service.audit() if line["action"] == "backup"] == ["asked for"]


def test_a_view_that_changes_is_seen_within_seconds(other):
    document = sample_view.view(ENVIRONMENT, 5, operation=sample_view.operation(percent=73))
    (other.folder / "view.json.new").write_text(json.dumps(document))
    (other.folder / "view.json.new").rename(other.folder / "view.json")
    browser = Browser(other)
    assert browser.get(f"/{ENVIRONMENT}").status == 200
    deadline = time.monotonic() + 5
    while "73 %" not in browser.get(f"/{ENVIRONMENT}/live").text:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_weak_password_an_odd_name_and_a_second_account_of_a_name_are_refused(other):
    for name, password, words in (("bob", "short", "at least 12"), ("bob", "password1234", "easily guessed"), ("Bob!", PASSWORD, "cannot be the name"),
                                  ("ada", PASSWORD, "already")):
        done = other.service.user("add", "--name", name, password=password)
        assert done.returncode in (2, 18) and words in done.stderr


def test_accounts_are_changed_while_the_service_runs(program, tmp_path):
    (tmp_path / "view.json").write_text(json.dumps(sample_view.view(ENVIRONMENT, 5)))
    with AdminSite(program, tmp_path, {ENVIRONMENT: tmp_path / "view.json"}) as site:
        browser = site.sign_in()
        assert site.service.user("disable", "--name", "ada").returncode == 0
        assert browser.get(f"/{ENVIRONMENT}").status == 303
        site.service.user("enable", "--name", "ada")
        site.service.user("passwd", "--name", "ada", password="another good one")
        assert site.sign_in(password="another good one")
        assert "ada" in site.service.user("list").stdout
        accounts = (tmp_path / "data" / "accounts.json").read_text()
        assert "$argon2id$" in accounts and "another good one" not in accounts


def test_mistakes_in_the_configuration_are_all_named(program, tmp_path):
    write_secret(tmp_path / "secret", "short")
    (tmp_path / "c.json").write_text(json.dumps({
        "public_url": "http://admin.example.net", "data_folder": str(tmp_path / "data"),
        "environments": [{"name": ENVIRONMENT}],
        "jenkins": {"url": "http://127.0.0.1:9", "user": "a", "token": {"file": str(tmp_path / "secret")}},
        "proxy": {"secret": {"file": str(tmp_path / "secret")}}}))
    done = subprocess.run([program, "serve", "--config", tmp_path / "c.json"], capture_output=True, text=True, check=False)
    assert done.returncode == 19
    assert all(words in done.stdout + done.stderr for words in ("view_file or view_url", "16 characters", "https://"))


@pytest.mark.parametrize("mode, accepted", [(0o600, True), (0o640, True), (0o644, False), (0o660, False), (0o604, False)])
def test_a_secret_that_others_can_read_or_change_is_refused_at_start_by_name_and_key(program, tmp_path, mode, accepted):
    for name in ("secret", "token"):
        write_secret(tmp_path / name, SECRET)
    (tmp_path / "token").chmod(mode)
    # an environment without a view file stops the start after the secrets were read
    (tmp_path / "c.json").write_text(json.dumps({
        "public_url": "https://admin.example.net", "data_folder": str(tmp_path / "data"),
        "environments": [{"name": ENVIRONMENT}],
        "jenkins": {"url": "http://127.0.0.1:9", "user": "a", "token": {"file": str(tmp_path / "token")}},
        "proxy": {"secret": {"file": str(tmp_path / "secret")}}}))
    done = subprocess.run([program, "serve", "--config", tmp_path / "c.json"], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 19
    assert (str(tmp_path / "token") in said and "of token" in said and "chmod 600" in said) is not accepted, said
