"""How the jobs look and behave: on a real controller where one is given, else on the stand-in."""

from __future__ import annotations

import uuid

import pytest
from conftest import JOBS, ROOT

# every character that means something to a shell, to Groovy or to Jenkins
NASTY = "it's \"quoted\" `id` $(id) $HOME ${HOME} $$ \\n %s ; rm -rf / & | > < * ? ~ # ! äöü €"


def test_a_real_controller_carries_these_tests_out(real_controller, site):
    assert site.controller.get_json("/api/json?tree=mode")["mode"]


@pytest.mark.parametrize("jenkinsfile", sorted(JOBS.values()))
def test_the_declarative_linter_accepts(site, jenkinsfile):
    assert "successfully validated" in site.controller.lint((ROOT / jenkinsfile).read_text())


def test_the_declarative_linter_refuses_a_directive_that_is_none(site):
    text = (ROOT / "Jenkinsfile").read_text().replace("    stages {", "    stagez {")
    assert "successfully validated" not in site.controller.lint(text)


def test_a_job_takes_parameters_before_its_first_build(site):
    """Else buildWithParameters answers 400 until somebody pressed the button once."""
    build = site.run("reconcile-environment")
    assert build.number == 1
    assert build.result == "FAILURE" or build.result == "SUCCESS"


def test_a_backup_shows_environment_archive_and_description_and_keeps_its_results(site):
    build = site.run("backup-environment", Description="before the upgrade")
    assert build.result == "SUCCESS", build.log[-6000:]
    archive = build.artifact("snapshot.json")["backup_id"]
    assert build.facts()["displayName"] == f"#{build.number} {site.sample.name}"
    assert build.description == f"before the upgrade; archive {archive}; succeeded"
    assert {"operation-begin-kind-backup.json", "operation-finish.json", "preflight.json", "snapshot.json",
            "verify-which-snapshot.json", f"verify-{archive}.xml", f"{archive}.json"} <= set(build.artifacts)
    assert build.artifact(f"{archive}.json")["manifest"]["backup_id"] == archive


def test_the_tests_of_a_verified_archive_are_shown_with_its_build(site, backup_id):
    build = site.run("manage-archive", BackupId=backup_id, Action="verify")
    assert build.result == "SUCCESS", build.log[-3000:]
    report = site.controller.get_json(f"{build.path}/testReport/api/json")
    assert report["failCount"] == 0
    assert report.get("passCount", report.get("totalCount")) == 1


def test_a_restore_brings_everything_back_and_its_safety_archive_undoes_it(site):
    archive = site.archive(Description="good")
    before = site.sample.fingerprints()
    site.sample.damage()
    damaged = site.sample.fingerprints()
    build = site.run("restore-environment", BackupId=archive, Description="a bad afternoon")
    assert build.result == "SUCCESS", build.log[-6000:]
    assert site.sample.fingerprints() == before
    safety = build.artifact("snapshot.json")["backup_id"]
    assert build.description == f"restore of {archive}: a bad afternoon; safety archive {safety}; succeeded"
    assert f"prove-{archive}.xml" in build.artifacts
    assert site.run("restore-environment", BackupId=safety).result == "SUCCESS"
    undone = site.sample.fingerprints()
    # files that git does not know and the archive does not hold are left alone
    for name in set(damaged) - {"deployment"}:
        assert undone[name] == damaged[name], damaged[name].differences(undone[name])
    assert site.run("restore-environment", BackupId=archive).result == "SUCCESS"


def test_a_second_request_fails_at_once_and_names_the_first(site, backup_id):
    with site.gates.closed("snapshot"):
        first = site.start("backup-environment", Description="the first")
        site.gates.wait("snapshot")
        for job, parameters in (("backup-environment", {}), ("restore-environment", {"BackupId": backup_id})):
            second = site.run(job, **parameters)
            assert second.result == "FAILURE"
            assert first.url in second.description
            red = [line for line in second.log.splitlines() if "ERROR: " in line]
            assert first.url in red[-1] and "failed with exit code 11" in red[-1]
    assert first.wait().result == "SUCCESS"


@pytest.mark.parametrize("wrong", ["", "nonsense", "../../etc/passwd"])
def test_a_wrong_backup_id_fails_before_anything_and_the_list_of_builds_says_so(site, wrong):
    build = site.run("restore-environment", BackupId=wrong)
    assert build.result == "FAILURE"
    assert "BackupId" in build.description
    assert [name for name in build.artifacts if name.startswith(("preflight", "maintenance", "snapshot"))] == []


def test_the_same_request_sent_twice_makes_one_archive(site):
    request = {"RequestId": str(uuid.uuid4()), "Description": "sent twice"}
    archive = site.archive(**request)
    count = len(site.sample.backup_ids())
    again = site.run("backup-environment", **request)
    assert again.result == "SUCCESS"
    assert again.description.endswith(f"{archive}: done by an earlier build")
    assert len(site.sample.backup_ids()) == count


@pytest.mark.parametrize("how", ["replay", "rebuild"])
def test_a_repeated_build_is_a_new_operation_that_names_its_original(site, how):
    request = {"RequestId": str(uuid.uuid4())}
    original = site.run("backup-environment", **request)
    repeated = original.rebuild() if how == "rebuild" else original.replay((ROOT / "Jenkinsfile").read_text())
    assert repeated.wait().result == "SUCCESS", repeated.log[-3000:]
    assert repeated.artifact("snapshot.json")["backup_id"] != original.artifact("snapshot.json")["backup_id"]
    assert site.status()["operation"]["replay_of"].endswith(f"#{original.number}")


def test_a_nightly_backup_is_made_once_a_day_and_a_failed_one_is_made_up_for(site):
    with site.gates.closed("snapshot"):
        blocker = site.start("backup-environment")
        site.gates.wait("snapshot")
        assert site.by_timer("backup-environment").result == "FAILURE"
    blocker.wait()
    made_up_for = site.by_timer("backup-environment")
    assert made_up_for.result == "SUCCESS"
    archive = made_up_for.artifact("snapshot.json")["backup_id"]
    assert site.by_timer("backup-environment").description == f"{archive}: done by an earlier build"


def test_what_a_person_typed_arrives_unharmed(site):
    archive = site.archive(Description=NASTY)
    assert site.sample.step("catalogue", "show", "--backup-id", archive, "--json").stdout.count("rm -rf /") == 1
    pinned = site.run("manage-archive", BackupId=archive, Action="pin", Reason=NASTY)
    assert pinned.result == "SUCCESS", pinned.log[-3000:]
    assert site.run("manage-archive", BackupId=archive, Action="unpin").result == "SUCCESS"


def test_no_secret_stands_in_a_log_or_a_result(site, backup_id):
    build = site.run("backup-environment")
    password = site.sample.server.password
    assert password and password not in build.log
    for name in build.artifacts:
        if name.endswith(".json"):
            assert password not in str(build.artifact(name))


def test_a_build_cannot_be_restarted_from_a_stage(site, backup_id):
    build = site.run("backup-environment")
    assert site.controller.request("GET", f"{build.path}/restart/").status == 404


@pytest.mark.parametrize(("job", "parameters"), [
    ("prune-archives", {"DryRun": "true"}), ("prune-archives", {}), ("verify-archives", {}),
    ("reconcile-environment", {}), ("check-backups", {})])
def test_the_other_jobs_end_green_on_a_healthy_environment(site, backup_id, job, parameters):
    build = site.run(job, **parameters)
    assert build.result == "SUCCESS", build.log[-3000:]
