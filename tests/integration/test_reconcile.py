"""Dead holders and maintenance that lasts too long: `operation reconcile` as the timer runs it."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from support.deployment import Deployment

MINUTE_MS = 60_000


class Jenkins:
    """Answers about builds as a controller does: 200 with `building`, 404, 401 without the token."""

    def __init__(self):
        self.builds: dict[str, bool] = {}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                expected = "Basic " + base64.b64encode(b"reader:t0ken").decode()
                path = self.path.removesuffix("api/json?tree=building")
                if self.headers.get("Authorization") != expected:
                    return self.send_error(401)
                if path not in outer.builds:
                    return self.send_error(404)
                body = json.dumps({"_class": "org.jenkinsci.plugins.workflow.job.WorkflowRun",
                                   "building": outer.builds[path]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                return self.wfile.write(body)

            def log_message(self, *_arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/ci"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def jenkins():
    made = Jenkins()
    yield made
    made.stop()


@pytest.fixture
def deployment(tmp_path, bin_dir, jenkins):
    token = tmp_path / "token"
    token.write_text("t0ken\n")
    return Deployment(tmp_path, bin_dir, jenkins={"url": jenkins.url, "user": "reader",
                                                  "token": {"file": str(token)}})


PATH = "/ci/job/backup-environment/7/"
BUILD = "https://jenkins.example.com" + PATH


def begin_and_fall_silent(deployment, minutes):
    assert deployment.begin(BUILD_URL=BUILD).code == 0
    deployment.flag.write_text("on")
    deployment.write("UPDATE environment SET maintenance_return = 0")
    deployment.write("UPDATE operations SET heartbeat_boottime_ms = heartbeat_boottime_ms - ?, "
                     "heartbeat_ms = heartbeat_ms - ?", minutes * MINUTE_MS, minutes * MINUTE_MS)


def reconcile(deployment):
    ended = deployment.run("operation", "reconcile")
    assert ended.code == 0, ended
    return ended.result["interrupted"] != ""


def test_an_operation_whose_build_has_ended_is_dead_after_its_lease(deployment, jenkins):
    jenkins.builds[PATH] = False
    begin_and_fall_silent(deployment, 9)
    assert not reconcile(deployment) and jenkins.asked == []
    begin_again = deployment.begin(BUILD_URL="http://x/")
    assert begin_again.code == 11
    deployment.write("UPDATE operations SET heartbeat_boottime_ms = heartbeat_boottime_ms - ?",
                     2 * MINUTE_MS)
    assert reconcile(deployment)
    assert not deployment.flag.exists()


def test_an_operation_whose_build_runs_is_never_taken_over(deployment, jenkins):
    jenkins.builds[PATH] = True
    begin_and_fall_silent(deployment, 600)
    assert not reconcile(deployment)
    assert deployment.begin(BUILD_URL="http://x/").code == 11
    assert deployment.flag.exists()


def test_a_build_that_was_deleted_has_ended(deployment, jenkins):
    begin_and_fall_silent(deployment, 11)
    assert reconcile(deployment)
    assert len(jenkins.asked) == 1


def test_a_jenkins_that_cannot_be_asked_is_waited_for(deployment, jenkins):
    jenkins.stop()
    begin_and_fall_silent(deployment, 20)
    assert not reconcile(deployment)
    deployment.write("UPDATE operations SET heartbeat_boottime_ms = heartbeat_boottime_ms - ?",
                     11 * MINUTE_MS)
    assert reconcile(deployment)


def test_the_token_of_jenkins_is_no_argument_and_goes_to_no_other_host(deployment, jenkins):
    other = Jenkins()
    try:
        build = other.url + "/job/backup-environment/7/"
        asked = deployment.run("holder", "--build-url", build)
        assert (asked.code, other.asked) == (0, [])
        assert deployment.run("holder", "--build-url", "http://elsewhere/x/").code == 19
    finally:
        other.stop()


def test_users_who_were_locked_out_when_the_server_went_down_come_back(deployment, jenkins):
    """A reboot: another boot id, and no build that could still be asked for."""
    begin_and_fall_silent(deployment, 0)
    deployment.write("UPDATE operations SET boot_id = 'before'")
    assert reconcile(deployment)
    assert not deployment.flag.exists()


SLOW = "#!/bin/sh\necho $$ >{pid}\nexec sleep 300\n"


@pytest.fixture
def stuck(tmp_path, bin_dir):
    """A backup whose step hangs in a command while users are locked out."""
    command = tmp_path / "quiesce"
    pid = tmp_path / "quiesce.pid"
    command.write_text(SLOW.format(pid=pid))
    command.chmod(0o755)
    made = Deployment(tmp_path, bin_dir, maintenance={
        "flag_file": str(tmp_path / "maintenance.flag"), "quiesce_command": [str(command)]})
    made.operation = made.begin(BUILD_URL=BUILD).result["operation_id"]
    made.process = made.start("maintenance", "on", OPERATION_ID=made.operation)
    for _ in range(200):
        if pid.exists() and pid.read_text().strip():
            break
        time.sleep(0.05)
    yield made
    if made.process.poll() is None:
        made.process.kill()
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(pid.read_text()), signal.SIGKILL)
    made.process.communicate()


def overdue(deployment):
    deployment.write("UPDATE environment SET maintenance_since_boottime_ms = "
                     "maintenance_since_boottime_ms - ?", 61 * MINUTE_MS)


def test_a_backup_that_keeps_users_out_for_too_long_ends_itself(stuck):
    overdue(stuck)
    out, err = stuck.process.communicate(timeout=30)
    assert stuck.process.returncode == 128 + signal.SIGTERM, out + err
    assert "max_maintenance_minutes" in out + err
    # the build's own finish brings users back, although its operation is over
    assert stuck.run("operation", "finish", OPERATION_ID=stuck.operation, BUILD_URL=BUILD).code == 0
    assert not stuck.flag.exists()
    assert stuck.rows("SELECT outcome, maintenance_return FROM operations, environment") == [
        ("interrupted", None)]


def test_a_backup_that_hangs_is_ended_by_the_timer(stuck):
    os.kill(stuck.process.pid, signal.SIGSTOP)
    overdue(stuck)
    assert stuck.run("operation", "reconcile").code == 0
    assert not stuck.flag.exists(), "users are still locked out"
    stuck.process.communicate(timeout=10)
    assert stuck.process.returncode == -signal.SIGKILL
    refused = stuck.run("snapshot", OPERATION_ID=stuck.operation)
    assert refused.code == 18


def test_a_restore_is_never_ended_for_its_maintenance(stuck):
    stuck.write("UPDATE operations SET kind = 'restore'")
    overdue(stuck)
    assert stuck.run("operation", "reconcile").code == 0
    assert stuck.flag.exists()
    with pytest.raises(subprocess.TimeoutExpired):
        stuck.process.communicate(timeout=6)


def test_a_closed_environment_is_declared_live_by_a_person_only(tmp_path, bin_dir):
    made = Deployment(tmp_path, bin_dir)
    made.begin("backup", BUILD_URL=BUILD)
    made.run("operation", "finish", BUILD_URL=BUILD)
    made.flag.write_text("on")
    made.write("UPDATE environment SET state = 'destroyed', maintenance_return = 0, "
               "restoring_from = 'athena-x', safety_archive = 'athena-y'")
    assert made.run("operation", "reconcile").code == 0 and made.flag.exists()
    assert made.run("operation", "declare-live").code == 2
    declared = made.run("operation", "declare-live", "--reason", "looked at it",
                        REQUESTED_BY="anna")
    assert declared.code == 0, declared
    assert not made.flag.exists()
    assert made.rows("SELECT state, restoring_from FROM environment") == [("live", "")]
    assert made.rows("SELECT who FROM audit WHERE what LIKE 'declared live%looked at it'") == [
        ("anna",)]
    assert made.run("operation", "declare-live", "--reason", "x").code == 18
