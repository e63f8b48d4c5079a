"""docs/recovery.md, step by step: an empty machine with nothing but the archives and the secrets."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from sample_environment.databases import NAMES

from .tally import TALLY, require_exact

ACCOUNT = "'athena-app'@'%'"


@pytest.fixture
def accounts(sample):
    """The application's account, which belongs to the environment."""
    sample.server.execute(
        f"CREATE USER {ACCOUNT} IDENTIFIED BY 'pa55; ''word';"
        f"GRANT SELECT, INSERT ON `athena-server`.* TO {ACCOUNT};"
        f"GRANT EXECUTE ON `oauth2-users`.* TO {ACCOUNT} WITH GRANT OPTION;")
    before = sample.environment_file.read_text()
    document = json.loads(before)
    document["resources"]["mysql"]["accounts"] = ["athena-app@%"]
    sample.environment_file.write_text(json.dumps(document))
    yield lambda: sorted(sample.server.query(f"SHOW GRANTS FOR {ACCOUNT}"))
    sample.environment_file.write_text(before)
    sample.server.execute(f"DROP USER IF EXISTS {ACCOUNT}")


def sign_in(sample, user: str, password: str) -> str:
    """What the server answers to the account itself."""
    done = subprocess.run(
        ["mariadb", "--no-defaults", f"--socket={sample.server.socket}", f"--user={user}", "-BN",
         "-e", "SELECT 1"], env={**os.environ, "MYSQL_PWD": password}, capture_output=True,
        text=True, check=False)
    return done.stdout.strip() or done.stderr


def lose_data(sample):
    shutil.rmtree(sample.config_local.folder)
    shutil.rmtree(sample.deployment.folder)
    sample.server.execute("".join(f"DROP DATABASE `{name}`;" for name in NAMES))
    if sample.indices:
        sample.indices.remove()


def lose_everything_but_archives_and_secrets(sample):
    lose_data(sample)
    shutil.rmtree(sample.state)
    for running in sample.deployment.running.iterdir():
        running.unlink()
    sample.server.execute(f"DROP USER {ACCOUNT};")


@TALLY.fault("server lost")
def test_an_empty_machine_becomes_the_environment_again(sample, steps, accounts):
    backup_id = steps.backup()
    before, granted = sample.fingerprints(), accounts()
    lose_everything_but_archives_and_secrets(sample)

    assert steps.begin("restore", backup_id).exit_code == 17
    steps.must(steps.run("catalogue rebuild"))
    steps.must(steps.run("verify --all"))
    confirmed = steps.must(steps.run("catalogue confirm")).result["confirmed"]
    assert backup_id in confirmed
    steps.restore(backup_id, FreshServer="the old server burnt down")

    require_exact(sample.fingerprints(), before)
    require_exact(accounts(), granted)
    assert sign_in(sample, "athena-app", "pa55; 'word") == "1"
    status = json.loads(steps.run("operation status --json --quiet").text)
    assert status["operation"]["ended_as"] == "restored"
    assert status["operation"]["exceptions"] == {"fresh_server": "the old server burnt down"}
    steps.check_clean()


@TALLY.fault("fresh server that is not empty")
def test_a_server_that_holds_anything_is_not_fresh(sample, steps, good_archive):
    before = sample.fingerprints()
    steps.must(steps.begin("restore", good_archive, FreshServer="it should be empty"))
    refused = steps.run("preflight")
    assert refused.exit_code == 18
    for name in ("config_local holds", "deployment holds", "images holds", "mysql holds",
                 "elasticsearch holds"):
        assert name in refused.text
    # the guard is the step itself, not the one before it
    for words in ("verify --which target", "stage", "maintenance on"):
        steps.must(steps.run(words))
    assert steps.run("snapshot").exit_code == 18
    assert steps.run("destroy").exit_code == 18
    steps.must(steps.finish())
    require_exact(sample.fingerprints(), before)
    steps.check_clean()


@TALLY.fault("restore onto a fresh server cut off")
def test_a_restore_onto_a_fresh_server_that_is_cut_off_goes_on(sample, steps, good_archive):
    before = sample.fingerprints()
    steps.must(steps.run(f"catalogue pin --reason recovery --backup-id {good_archive}"))
    lose_data(sample)
    steps.must(steps.begin("restore", good_archive, FreshServer="a new disk"))
    for words in ("preflight", "verify --which target", "stage", "maintenance on", "snapshot",
                  "verify --which snapshot", "destroy"):
        steps.must(steps.run(words))
    ended = steps.must(steps.finish())
    assert ended.result["ended_as"] == "closed"
    assert "there is no safety archive to go back to" in ended.text
    steps.restore(good_archive, FreshServer="a new disk")
    require_exact(sample.fingerprints(), before)
    steps.check_clean()
