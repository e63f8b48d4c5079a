"""The shared library under the engine that Jenkins runs pipelines with, stored and read back at every step."""

from __future__ import annotations

import functools
import glob
import json
import subprocess

import pytest
from jenkins import ROOT

from services.cache import cache_dir

ENVIRONMENT = {"Environment": "athena-test", "BUILD_NUMBER": "7", "WORKSPACE": "/workspace", "NODE_NAME": "built-in",
               "ENVIRONMENT_SECRETS": "MYSQL_PASSWORD API_KEY", "BACKUP_MAIL_TO": "ops@example.org"}
BEGUN = {"operation begin --kind backup": {"verb": "begin", "operation_id": "op-1"},
         "operation begin --kind restore": {"verb": "begin", "operation_id": "op-1", "backup_id": "athena-1"},
         "snapshot": {"backup_id": "athena-2"},
         "operation finish": {"verb": "finish", "operation_outcome": "succeeded", "way_out": ""}}
BACKUP = """
beginOperation 'backup'
runStep 'snapshot'
runStep 'verify', '--which snapshot'
finishOperation()
keepResults()
"""
# Declarative goes on to the next stage after catchError, and asks each when
RESTORE = """
beginOperation 'restore'
runStep 'snapshot'
runStepOrRollBack 'destroy'
if (!rollBackIsDue()) { runStepOrRollBack 'restore' }
if (!rollBackIsDue()) { runStepOrRollBack 'prove' }
if (rollBackIsDue()) { runStep 'destroy', '--rollback' }
finishOperation()
mailFailure()
"""


@functools.cache
def class_path() -> str:
    jars = sorted((cache_dir() / "groovy-cps").glob("*.jar"))
    if not jars:
        pytest.skip("groovy-cps: it is not installed; run ci/packages services")
    return ":".join(["/usr/share/java/groovy-all.jar", str(ROOT / "tests" / "pipeline"), *map(str, jars)])


def run(program: str, results: dict | None = None, **environment: str) -> dict:
    java = sorted(glob.glob("/usr/lib/jvm/*17*/bin/java"))[0]
    given = {"program": program, "environment": {**ENVIRONMENT, **environment}, "results": {**BEGUN, **(results or {})}}
    done = subprocess.run(
        [java, "--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/java.util=ALL-UNNAMED",
         "-XX:TieredStopAtLevel=1", "-cp", class_path(), "groovy.ui.GroovyMain",
         str(ROOT / "tests" / "pipeline" / "cps" / "run.groovy"), str(ROOT)],
        input=json.dumps(given), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def executables(ran: dict) -> list[str]:
    """The steps of ours among all steps."""
    names = ("operation", "snapshot", "verify", "destroy", "restore", "prove")
    return [step for step in ran["steps"] if step.split()[0] in names]


def failed(message: str) -> dict:
    return {"outcome": "failed", "exit_code": 15, "message": message}


def test_a_backup_survives_being_stored_at_every_step():
    ran = run(BACKUP, Description="before the upgrade")
    assert ran["failure"] is None
    assert executables(ran) == ["operation begin --kind backup", "snapshot", "verify --which snapshot", "operation finish"]
    assert ran["steps"][-4:] == ["findFiles", "archiveArtifacts", "echo", "deleteDir"]
    assert ran["description"] == "before the upgrade; archive athena-2; succeeded"
    assert ran["name"] == "#7 athena-test"
    assert (ran["environment"]["OPERATION_ID"], ran["environment"]["AGENT_EXECUTORS"]) == ("op-1", "4")


def test_a_restore_whose_proof_fails_goes_on_to_roll_back():
    ran = run(RESTORE, {"prove": failed("mysql differs")}, BackupId="athena-1", RollbackOnFailure="true")
    assert executables(ran) == ["operation begin --kind restore", "snapshot", "destroy", "restore", "prove",
                                "destroy --rollback", "operation finish"]
    assert ran["description"] == "restore of athena-1; safety archive athena-2; mysql differs; succeeded"
    assert ran["failure"] is None and ran["steps"][-1] == "mail"


def test_a_step_that_fails_ends_the_program_with_one_line():
    ran = run(RESTORE, {"restore": failed("disk full")}, BackupId="athena-1", RollbackOnFailure="false")
    assert executables(ran)[-1] == "restore"
    assert ran["failure"] == "restore failed with exit code 15: disk full; hint: "


def test_a_request_that_was_carried_out_runs_no_further_step():
    ran = run(BACKUP, {"operation begin --kind backup": {"verb": "begin", "outcome": "already_done", "backup_id": "athena-9"}})
    assert executables(ran) == ["operation begin --kind backup"]
    assert ran["description"] == "athena-9: done by an earlier build"


def test_an_argument_that_is_no_constant_word_is_refused():
    assert "constant words only" in run("runStep 'snapshot; id'")["failure"]


def test_these_programs_call_every_var():
    used = {name for program, more in ((BACKUP, {}), (RESTORE, {"BackupId": "athena-1"}))
            for name in run(program, **more)["vars"]}
    assert used == {file.stem for file in (ROOT / "shared-lib" / "vars").glob("*.groovy")}


def test_what_jenkins_could_not_store_is_found():
    assert run("def found = ('a' =~ 'b')\necho 'x'\necho found.toString()")["failure"] == \
        "cannot be stored: java.util.regex.Matcher"
