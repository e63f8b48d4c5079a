"""A step that began and failed is followed by the roll-back, whatever its exit code, and the roll-back goes
through where the safety archive lacks what a person allowed to be missing."""

from __future__ import annotations

import json
import subprocess

import pytest

from support.deployment import Deployment

BACKUP = ["preflight", "maintenance on", "snapshot", "maintenance off", "verify --which snapshot"]
TO_DESTROY = ["preflight", "verify --which target", "stage", "maintenance on", "snapshot",
              "verify --which snapshot", "destroy"]
ROLL_BACK = [f"{step} --rollback" for step in ("destroy", "restore", "prove", "apply")]
LOST = "deployment: its disk is dead"


def git(*arguments, cwd):
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
                   cwd=cwd, check=True, capture_output=True)


def working_copy(folder):
    path = folder / "deployment"
    (folder / "remote").mkdir()
    git("init", "--quiet", "--bare", "--initial-branch=main", ".", cwd=folder / "remote")
    git("init", "--quiet", "--initial-branch=main", str(path), cwd=folder)
    git("remote", "add", "origin", str(folder / "remote"), cwd=path)
    (path / "compose.yml").write_text("version: 1\n")
    git("add", "--all", cwd=path)
    git("commit", "--quiet", "-m", "first", cwd=path)
    git("push", "--quiet", "origin", "HEAD:main", cwd=path)
    return path


class Job:
    def __init__(self, deployment, kind, number, **variables):
        self.deployment = deployment
        self.url = f"http://jenkins/job/{kind}-environment/{number}/"
        begun = deployment.begin(kind, BUILD_URL=self.url, **variables)
        assert begun.code == 0, begun
        self.operation = begun.result["operation_id"]

    def run(self, words):
        ended = self.deployment.run(*words.split(), OPERATION_ID=self.operation)
        if words == "snapshot":
            self.made = ended.result.get("backup_id")
        return ended

    def must(self, steps):
        for words in steps:
            ended = self.run(words)
            assert ended.code == 0, (words, ended)
        return self

    def finish(self):
        return self.deployment.run("operation", "finish", OPERATION_ID=self.operation,
                                   BUILD_URL=self.url).result


@pytest.fixture
def deployment(tmp_path, bin_dir):
    """Two parts, both in one verified backup."""
    made = Deployment(tmp_path, bin_dir, resources={
        "config_local": {"path": str(tmp_path / "config-local")},
        "deployment": {"path": str(working_copy(tmp_path))}})
    job = Job(made, "backup", 1).must(BACKUP)
    job.finish()
    made.target = job.made
    (made.config / "app.yml").write_text("port: 9090\n")
    return made


def fail_after_destroy(deployment, **variables):
    """A restore whose target archive is gone when it is to be read: exit code 10."""
    job = Job(deployment, "restore", 2, BackupId=deployment.target, **variables).must(TO_DESTROY)
    (deployment.archives / f"{deployment.target}.tar").unlink()
    failed = job.run("restore")
    assert failed.code == 10 and failed.result["outcome"] == "failed", failed
    return job


def test_a_step_that_began_and_failed_is_rolled_back_whatever_its_exit_code(deployment):
    job = fail_after_destroy(deployment).must(ROLL_BACK)
    assert job.finish()["ended_as"] == "rolled_back"
    assert (deployment.config / "app.yml").read_text() == "port: 9090\n"


def test_a_step_whose_maintenance_was_ended_by_somebody_has_failed(deployment):
    job = Job(deployment, "restore", 2, BackupId=deployment.target).must(TO_DESTROY[:-1])
    deployment.flag.unlink()
    failed = job.run("destroy")
    assert failed.code == 18 and failed.result["outcome"] == "failed", failed
    # and what the recorded state does not allow is refused
    refused = job.run("restore")
    assert refused.code == 18 and refused.result["outcome"] == "refused", refused


def test_a_roll_back_goes_through_without_what_the_safety_archive_was_allowed_to_lack(deployment):
    job = fail_after_destroy(deployment, AllowMissing=LOST).must(ROLL_BACK)
    assert job.finish()["ended_as"] == "rolled_back"
    assert (deployment.config / "app.yml").read_text() == "port: 9090\n"


def test_a_roll_back_goes_through_whatever_was_skipped_of_the_archive_that_failed(deployment):
    document = json.loads(deployment.environment_file.read_text())
    del document["resources"]["deployment"]
    deployment.environment_file.write_text(json.dumps(document))
    job = fail_after_destroy(deployment, SkipResources="deployment: not used any more").must(ROLL_BACK)
    assert job.finish()["ended_as"] == "rolled_back"
    assert (deployment.config / "app.yml").read_text() == "port: 9090\n"


def test_preflight_refuses_an_archive_that_does_not_bring_back_what_was_destroyed(deployment):
    job = fail_after_destroy(deployment, AllowMissing=LOST)
    safety = job.made
    assert "SkipResources" in job.finish()["way_out"]
    refused = Job(deployment, "restore", 3, BackupId=safety)
    ended = refused.run("preflight")
    assert ended.code == 18 and "deployment is destroyed by an interrupted restore" in ended.err
    assert "SkipResources" in ended.result["hint"]
    refused.finish()
    Job(deployment, "restore", 4, BackupId=safety, SkipResources=LOST).must(TO_DESTROY)


def test_what_is_wrong_with_a_part_is_recorded_as_the_failure_of_the_step(deployment):
    document = json.loads(deployment.environment_file.read_text())
    document["resources"]["mysql"] = {"host": "localhost", "user": "u", "databases": ["a"],
                                      "password": {"env": "NOBODY_SET_THIS"}}
    deployment.environment_file.write_text(json.dumps(document))
    job = Job(deployment, "backup", 2)
    ended = job.run("preflight")
    assert ended.code == 19 and ended.result["outcome"] == "failed", ended
    [(code, message)] = deployment.rows(
        "SELECT exit_code, message FROM phases WHERE operation_id = ?", job.operation)
    assert code == 19 and "NOBODY_SET_THIS" in message
