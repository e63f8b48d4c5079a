"""Jenkinsfile, job backup-environment, on steps that the test makes up."""

from __future__ import annotations

import json

import pytest

STEPS_OF_A_BACKUP = [
    "operation begin --kind backup", "preflight", "maintenance on", "snapshot", "maintenance off",
    "verify --which snapshot", "prune", "operation finish"]

# every character that means something to a shell, to Groovy or to Jenkins
NASTY = 'it\'s "quoted" `id` $(id) $HOME ${HOME} $$ \\n \\ %s ; rm -rf / & | > < * ? ~ # !\nsecond line äöü €'


def test_a_backup_runs_its_steps_in_order_and_finishes(jenkins):
    build = jenkins.run("Jenkinsfile")
    assert jenkins.steps.calls == STEPS_OF_A_BACKUP
    assert (build.exit_code, build.result) == (0, "SUCCESS")
    assert build.summary.endswith("athena-test: archive athena-2")


def test_a_description_reaches_the_step_unharmed(jenkins):
    build = jenkins.run("Jenkinsfile", Description=NASTY)
    assert build.result == "SUCCESS"
    for words in ("operation begin --kind backup", "operation finish"):
        assert jenkins.steps.environment(words)["Description"] == NASTY


def test_begin_is_told_who_started_the_build_why_and_when(jenkins):
    jenkins.run("Jenkinsfile", "--cause", "replay:7", "--scheduled-at", "1763872000123", "--build-number", "12",
                "--build-url", "http://jenkins/job/backup-environment/12/", RequestId="r-1")
    given = jenkins.steps.environment("operation begin --kind backup")
    assert given["BUILD_SCHEDULED_AT"] == "1763872000123"
    assert given["BUILD_URL"] == "http://jenkins/job/backup-environment/12/"
    assert given["RequestId"] == "r-1"
    causes = json.loads(given["BUILD_CAUSE"])
    assert given["REQUESTED_BY"] == causes[0]["userId"]
    assert jenkins.steps.environment("snapshot")["REQUESTED_BY"] == causes[0]["userId"]
    assert causes[1] == {"_class": "org.jenkinsci.plugins.workflow.cps.replay.ReplayCause",
                         "shortDescription": "Replayed #7"}


def test_a_nightly_backup_is_requested_by_the_timer_and_known_by_its_cause(jenkins):
    jenkins.run("Jenkinsfile", "--cause", "timer")
    given = jenkins.steps.environment("operation begin --kind backup")
    assert given["REQUESTED_BY"].startswith("Started by timer")
    assert json.loads(given["BUILD_CAUSE"])[0]["_class"].endswith("TimerTriggerCause")


def test_every_later_step_knows_the_operation(jenkins):
    jenkins.run("Jenkinsfile")
    assert "OPERATION_ID" not in jenkins.steps.environment("operation begin --kind backup")
    for words in STEPS_OF_A_BACKUP[1:]:
        assert jenkins.steps.environment(words)["OPERATION_ID"] == "op-1"


def test_a_refused_begin_is_red_with_one_line_that_names_the_holder(jenkins):
    jenkins.steps.plan("operation begin --kind backup", code=11, outcome="refused",
                       message="a restore runs in athena-test: http://jenkins/job/restore-environment/3/",
                       hint="wait for it")
    build = jenkins.run("Jenkinsfile")
    assert (build.exit_code, build.result) == (1, "FAILURE")
    red = [line for line in build.lines if line.startswith("ERROR")]
    assert red == ["ERROR: operation begin --kind backup failed with exit code 11: a restore runs in athena-test: "
                   "http://jenkins/job/restore-environment/3/; hint: wait for it"]
    assert "restore-environment/3/" in build.summary


def test_a_refused_build_calls_only_finish_and_names_no_operation(jenkins):
    jenkins.steps.fails("operation begin --kind backup", 11, "refused")
    jenkins.run("Jenkinsfile")
    assert jenkins.steps.calls == ["operation begin --kind backup", "operation finish"]
    assert "OPERATION_ID" not in jenkins.steps.environment("operation finish")


def test_the_list_of_builds_shows_what_was_asked_for_and_what_stood_in_the_way(jenkins):
    jenkins.steps.fails("operation begin --kind backup", 11, "refused", "another operation is running: backup by #3")
    assert jenkins.run("Jenkinsfile", Description="before the upgrade").summary.endswith(
        "athena-test: before the upgrade; another operation is running: backup by #3")


def test_the_results_of_all_steps_are_kept_with_the_build_and_gone_from_the_workspace(jenkins):
    jenkins.steps.plan("verify --which snapshot", report='<testsuite><testcase name="whole"/></testsuite>')
    build = jenkins.run("Jenkinsfile", "--build-number", "7")
    assert jenkins.kept("archive") == [
        "maintenance-off.json", "maintenance-on.json", "operation-begin-kind-backup.json", "operation-finish.json",
        "preflight.json", "prune.json", "snapshot.json", "verify-which-snapshot.json", "verify.xml"]
    assert jenkins.kept("tests") == ["verify.xml"]
    assert (jenkins.keep / "archive" / "results" / "7").is_dir()
    assert not (jenkins.folder / "workspace" / "results").exists()
    assert build.result == "SUCCESS"


def test_the_results_are_kept_even_when_finish_fails(jenkins):
    jenkins.steps.fails("operation finish", 17)
    jenkins.run("Jenkinsfile")
    assert "operation-finish.json" in jenkins.kept("archive")


def test_a_failed_backup_is_mailed_to_the_configured_address_after_finish(jenkins, monkeypatch):
    monkeypatch.setenv("BACKUP_MAIL_TO", "ops@example.org")
    jenkins.steps.fails("snapshot", message="mysql does not answer")
    build = jenkins.run("Jenkinsfile", "--build-number", "7", "--build-url", "http://jenkins/job/b/7/")
    [mail] = jenkins.mails()
    assert mail.startswith("To: ops@example.org\nSubject: FAILURE: backup-environment #7 athena-test\n")
    assert "mysql does not answer" in mail and "http://jenkins/job/b/7/" in mail
    lines = build.lines
    assert lines.index("[Pipeline] mail") > lines.index("operation finish runs")


def test_an_aborted_backup_is_mailed_too_and_a_good_one_is_not(jenkins, monkeypatch):
    monkeypatch.setenv("BACKUP_MAIL_TO", "ops@example.org")
    jenkins.run("Jenkinsfile")
    assert jenkins.mails() == []
    jenkins.steps.plan("snapshot", seconds=60)
    (jenkins.steps.home / "calls").unlink()
    jenkins.abort_during("snapshot", "Jenkinsfile")
    assert "Subject: ABORTED: " in jenkins.mails()[0]


def test_without_an_address_no_mail_is_sent_and_the_log_says_so(jenkins, monkeypatch):
    monkeypatch.delenv("BACKUP_MAIL_TO", raising=False)
    jenkins.steps.fails("snapshot")
    assert "no mail is sent: BACKUP_MAIL_TO is not set" in jenkins.run("Jenkinsfile").lines
    assert jenkins.mails() == []


def test_preflight_is_told_how_many_executors_the_agent_has(jenkins):
    jenkins.run("Jenkinsfile", "--executors", "2")
    assert jenkins.steps.environment("preflight")["AGENT_EXECUTORS"] == "2"


def test_a_request_that_was_carried_out_does_nothing_and_succeeds(jenkins):
    jenkins.steps.plan("operation begin --kind backup", outcome="already_done", more=',"backup_id":"athena-9"')
    build = jenkins.run("Jenkinsfile", RequestId="r-1")
    assert (build.exit_code, build.result) == (0, "SUCCESS")
    assert jenkins.steps.calls == ["operation begin --kind backup"]
    assert build.summary.endswith("athena-9: done by an earlier build")


@pytest.mark.parametrize("failing", STEPS_OF_A_BACKUP[1:-1])
def test_a_failed_step_skips_the_later_stages_and_finishes(jenkins, failing):
    jenkins.steps.fails(failing)
    build = jenkins.run("Jenkinsfile")
    ran = STEPS_OF_A_BACKUP[: STEPS_OF_A_BACKUP.index(failing) + 1]
    assert jenkins.steps.calls == [*ran, "operation finish"]
    assert (build.exit_code, build.result) == (1, "FAILURE")
    assert f"ERROR: {failing} failed with exit code 15: a checksum differs; hint: look at the log" in build.lines


def test_a_failed_finish_fails_the_build(jenkins):
    jenkins.steps.fails("operation finish", 17)
    build = jenkins.run("Jenkinsfile")
    assert (build.exit_code, build.result) == (1, "FAILURE")


def test_an_aborted_backup_stops_its_step_skips_the_rest_and_finishes(jenkins):
    jenkins.steps.plan("snapshot", seconds=60)
    build = jenkins.abort_during("snapshot", "Jenkinsfile")
    assert jenkins.steps.calls == [*STEPS_OF_A_BACKUP[:4], "snapshot stopped", "operation finish"]
    assert (build.exit_code, build.result) == (143, "ABORTED")
    assert 'Stage "Maintenance off" skipped due to earlier failure(s)' in build.lines


def test_a_killed_step_fails_the_build_and_says_so(jenkins):
    jenkins.steps.plan("snapshot", code=137, result="no")
    build = jenkins.run("Jenkinsfile")
    assert build.result == "FAILURE"
    assert any(line.startswith("ERROR: snapshot failed with exit code 137: snapshot wrote no result")
               for line in build.lines)


def test_a_step_that_is_not_installed_fails_the_build_and_says_so(jenkins):
    (jenkins.steps.home / "bin" / "preflight").unlink()
    build = jenkins.run("Jenkinsfile")
    assert build.result == "FAILURE"
    assert any("preflight failed with exit code 127" in line and "not installed" in line for line in build.lines)


def test_a_result_of_an_earlier_step_is_never_taken_for_that_of_a_later_one(jenkins):
    jenkins.steps.plan("verify --which snapshot", result="no")
    build = jenkins.run("Jenkinsfile")
    assert build.result == "FAILURE"
    assert "prune" not in jenkins.steps.calls


def test_an_unknown_parameter_is_refused_instead_of_dropped(jenkins):
    build = jenkins.run("Jenkinsfile", Enviroment="typo")
    assert build.exit_code == 2
    assert jenkins.steps.calls == []
