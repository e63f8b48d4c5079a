"""The view out of Firebase's Realtime Database, where the steps themselves have published it."""

from __future__ import annotations

import json
import time

import pytest
from services.admin_front import AdminSite
from services.realtime import Realtime
from support.deployment import Deployment

BUILD = "http://jenkins/job/backup-environment/1/"


@pytest.fixture(scope="module")
def database():
    with Realtime() as server:
        if server.is_real:
            pytest.skip("realtime: the view is published into a stand-in only")
        yield server


@pytest.fixture
def deployment(tmp_path, bin_dir, database):
    return Deployment(tmp_path / "environment", bin_dir, publish={
        "emulator": True, "realtime": {"url": database.url, "path": "/backups/athena"}})


@pytest.fixture
def site(program, tmp_path, deployment, database):
    usable, reason = AdminSite.available()
    if not usable:
        pytest.skip(reason)
    with AdminSite(program, tmp_path, {deployment.name: f"{database.url}/backups/athena"}) as running:
        yield running


def seen(browser, path: str, words: str) -> str:
    """The page as soon as it holds the words: the service asks Firebase every five seconds."""
    deadline = time.monotonic() + 40
    while words not in (text := browser.get(path).text):
        assert time.monotonic() < deadline, f"{words!r} is not in\n{text}"
        time.sleep(0.2)
    return text


def backup(deployment) -> str:
    begun = deployment.begin(BUILD_URL=BUILD, Description="before the <b>upgrade</b>")
    operation = {"OPERATION_ID": begun.result["operation_id"], "BUILD_URL": BUILD}
    for step in (["maintenance", "on"], ["snapshot"], ["maintenance", "off"], ["verify", "--which", "snapshot"],
                 ["prune"], ["operation", "finish"]):
        ended = deployment.run(*step, **operation)
        assert ended.code == 0, ended
    return json.loads((deployment.state / "athena.view.json").read_text())["archives"][0]["backup_id"]


def test_what_the_steps_publish_is_what_people_see(site, deployment):
    browser = site.sign_in()
    assert browser.get("/athena/archives").status == 503
    begun = deployment.begin(BUILD_URL=BUILD)
    seen(browser, "/athena", "A backup is running")
    deployment.run("operation", "abandon", "--reason", "the test goes on")
    assert begun.code == 0
    text = seen(browser, "/athena", "The last backup was given up")
    assert "There is no verified backup" in text
    archive = backup(deployment)
    text = seen(browser, "/athena", "All is well")
    assert "before the &lt;b&gt;upgrade&lt;/b&gt;" in text
    page = browser.get(f"/athena/archives/{archive}").text
    assert "Configuration" in page and "<dt>Files</dt><dd class=\"words\">1</dd>" in page
    deployment.run("catalogue", "pin", "--reason", "before the migration", BackupId=archive)
    seen(browser, f"/athena/archives/{archive}", "before the migration")


def test_names_that_the_database_cannot_hold_are_shown_as_they_are(site, deployment):
    browser = site.sign_in()
    archive = backup(deployment)
    deployment.write("UPDATE archive_resources SET name = 'images', summary_json = ? WHERE backup_id = ?",
                     json.dumps({"services": {"web.v2/[x] 100%": "1.0@sha256:" + "ab" * 32}}), archive)
    deployment.write("UPDATE archives SET pinned = 'x'")
    assert deployment.run("publish", "--full").code == 0
    text = seen(browser, f"/athena/archives/{archive}", "web.v2/[x] 100%")
    assert "1.0 (abababababab)" in text


def test_a_firebase_that_is_gone_leaves_the_last_view_and_says_so(program, tmp_path, bin_dir):
    with Realtime() as passing:
        if passing.is_real:
            pytest.skip("realtime: the view is published into a stand-in only")
        deployment = Deployment(tmp_path / "environment", bin_dir, publish={
            "emulator": True, "realtime": {"url": passing.url, "path": "/v"}})
        backup(deployment)
        with AdminSite(program, tmp_path, {"athena": f"{passing.url}/v"}) as site:
            browser = site.sign_in()
            seen(browser, "/athena", "All is well")
            passing.stop()
            text = seen(browser, "/athena", "The newest news cannot be read")
            assert "All was well when it was last seen" in text
