"""The jobs beside backup and restore: what each runs, and what it shows."""

from __future__ import annotations

import pytest

FOLDER = "ci/jenkins/Jenkinsfile."


@pytest.mark.parametrize(("job", "calls"), [
    ("verify-archives", ["verify --all --budget-minutes 240"]),
    ("reconcile-environment", ["operation reconcile", "operation status"]),
    ("check-backups", ["catalogue check --max-age 26h"]),
    ("prune-archives", ["prune --dry-run", "prune"])])
def test_a_job_runs_its_steps_without_an_operation(jenkins, job, calls):
    build = jenkins.run(FOLDER + job)
    assert jenkins.steps.calls == calls
    assert build.result == "SUCCESS"
    assert "No test report files were found" not in build.log
    assert "OPERATION_ID" not in jenkins.steps.environment(calls[0])
    assert len(jenkins.kept("archive")) == len(calls)


def test_a_dry_run_of_prune_removes_nothing(jenkins):
    jenkins.run(FOLDER + "prune-archives", DryRun="true")
    assert jenkins.steps.calls == ["prune --dry-run"]


@pytest.mark.parametrize(("action", "call"), [
    ("pin", "catalogue pin"), ("unpin", "catalogue unpin"), ("verify", "verify --which named")])
def test_manage_archive_does_the_one_action_that_was_chosen(jenkins, action, call):
    build = jenkins.run(FOLDER + "manage-archive", BackupId="athena-1", Action=action, Reason="the audit; $(id)")
    assert jenkins.steps.calls == [call]
    given = jenkins.steps.environment(call)
    assert (given["BackupId"], given["Reason"]) == ("athena-1", "the audit; $(id)")
    assert build.summary.endswith(f"athena-test: {action} athena-1")


def test_a_pin_is_asked_for_by_whoever_started_the_build(jenkins):
    jenkins.run(FOLDER + "manage-archive", "--cause", "user:maria", BackupId="athena-1", Action="pin", Reason="audit")
    assert jenkins.steps.environment("catalogue pin")["REQUESTED_BY"] == "maria"


def test_backups_that_are_too_old_are_red_and_mailed(jenkins, monkeypatch):
    monkeypatch.setenv("BACKUP_MAIL_TO", "ops@example.org")
    jenkins.steps.fails("catalogue check --max-age 26h", message="the newest verified archive is 30 hours old")
    build = jenkins.run(FOLDER + "check-backups")
    assert build.result == "FAILURE"
    assert "30 hours old" in jenkins.mails()[0]


def test_a_failed_plan_keeps_prune_from_running(jenkins):
    jenkins.steps.fails("prune --dry-run", 17)
    jenkins.run(FOLDER + "prune-archives")
    assert jenkins.steps.calls == ["prune --dry-run"]
