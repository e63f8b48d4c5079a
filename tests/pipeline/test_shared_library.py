"""The Jenkinsfiles and the shared library as they stand: what they may never hold."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from jenkins import ROOT, model

VARS = ROOT / "shared-lib" / "vars"
OPERATIONS = ["Jenkinsfile", "Jenkinsfile.restore"]
OTHERS = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "ci" / "jenkins").glob("Jenkinsfile.*"))
JENKINSFILES = OPERATIONS + OTHERS
SOURCES = [*(ROOT / name for name in JENKINSFILES), *sorted(VARS.glob("*.groovy"))]

BACKUP = ["Begin", "Preflight", "Maintenance on", "Snapshot", "Maintenance off", "Verify", "Prune"]
RESTORE = ["Begin", "Preflight", "Verify target", "Stage", "Maintenance on", "Snapshot", "Verify safety", "Destroy", "Restore",
           "Prove", "Apply", "Roll back", "Maintenance off"]


def code_of(file) -> str:
    """The text without comments and without what stands between quotes."""
    text = re.sub(r"//.*", "", file.read_text())
    return re.sub(r"'[^'\n]*'|\"(\\.|[^\"\n])*\"", "''", text)


@pytest.mark.parametrize(("jenkinsfile", "stages"), [("Jenkinsfile", BACKUP), ("Jenkinsfile.restore", RESTORE)])
def test_the_stages_are_those_of_the_design(jenkinsfile, stages):
    facts = model(jenkinsfile)
    assert [stage["name"] for stage in facts["stages"]] == stages
    assert facts["post"] == ["always", "unsuccessful", "cleanup"]


@pytest.mark.parametrize("jenkinsfile", OTHERS)
def test_the_other_jobs_hold_no_operation_and_mail_and_keep_what_happened(jenkinsfile):
    facts = model(jenkinsfile)
    assert facts["post"] == ["unsuccessful", "cleanup"]
    assert facts["parameters"][0]["name"] == "Environment"


def test_no_timeout_covers_destroy_to_roll_back():
    limits = {stage["name"]: stage["timeout_seconds"] for stage in model("Jenkinsfile.restore")["stages"]}
    unlimited = RESTORE[RESTORE.index("Destroy"): RESTORE.index("Roll back") + 1]
    assert [name for name, limit in limits.items() if limit is None] == unlimited
    # none around several stages either
    assert code_of(ROOT / "Jenkinsfile.restore").count("timeout(") == len(RESTORE) - len(unlimited)


def test_every_other_stage_has_a_timeout():
    for name in ["Jenkinsfile", *OTHERS]:
        assert [s["name"] for s in model(name)["stages"] if s["timeout_seconds"] is None] == []


def test_parameters_keep_the_names_that_users_send():
    names = {name: {p["name"]: p["default_value"] for p in model(name)["parameters"]} for name in OPERATIONS}
    assert names["Jenkinsfile"] == {"Environment": "", "Description": "", "RequestId": ""}
    assert names["Jenkinsfile.restore"] == {
        "Environment": "", "Description": "", "BackupId": "", "RequestId": "", "AllowMissing": "",
        "SkipResources": "", "FreshServer": "", "AcceptNoSafety": "", "RollbackOnFailure": True}


@pytest.mark.parametrize("jenkinsfile", JENKINSFILES)
def test_a_second_build_starts_and_is_refused_by_the_state_file(jenkinsfile):
    text = code_of(ROOT / jenkinsfile)
    assert "disableConcurrentBuilds" not in text
    assert "lock(" not in text
    assert "disableRestartFromStage()" in text


def test_only_run_step_starts_a_shell():
    shell = re.compile(r"\b(sh|bat|powershell|execute)\b[ (]")
    found = [file.name for file in SOURCES if shell.search(code_of(file))]
    assert found == ["runStep.groovy"]
    assert len(shell.findall(code_of(VARS / "runStep.groovy"))) == 1


def test_the_jenkinsfiles_call_steps_with_constant_words_only():
    for name in JENKINSFILES:
        calls = re.findall(r"\b(?:runStep|runStepOrRollBack|beginOperation)\b(.*?)(?: \}|\n)", (ROOT / name).read_text())
        assert calls
        for arguments in calls:
            assert re.fullmatch(r" '[a-z]+'(, '[a-z0-9 -]+')?", arguments), arguments


def test_the_jenkinsfiles_hold_no_logic():
    for name in JENKINSFILES:
        text = code_of(ROOT / name)
        assert not re.search(r"\b(script|if|for|while|def|try|env)\b", text)


def test_every_var_has_its_help():
    groovy = {file.stem for file in VARS.glob("*.groovy")}
    assert groovy == {file.stem for file in VARS.glob("*.txt")}
    for name in groovy:
        assert name in (VARS / f"{name}.txt").read_text()


def test_the_help_of_a_var_shows_how_our_files_call_it():
    everything = " ".join(source.read_text() for source in SOURCES)
    for file in VARS.glob("*.txt"):
        shown = re.search(r"<code>(.*?)</code>", file.read_text(), re.DOTALL).group(1)
        call = shown.replace("{ ... }", "").rsplit("{ ", 1)[-1].split(" }")[0].strip()
        assert call in everything, f"{file.name} shows {call}"


def test_every_var_is_used():
    for file in VARS.glob("*.groovy"):
        users = [source.name for source in SOURCES if source != file and re.search(rf"\b{file.stem}\b", source.read_text())]
        assert users, f"{file.name} is used nowhere"


def test_no_parameter_and_no_secret_is_put_into_a_command():
    script = re.search(r"script: (\".*?\"), returnStatus", (VARS / "runStep.groovy").read_text()).group(1)
    assert set(re.findall(r"(?<!\\)\$\{?(\w+)", script)) == {"step", "arguments"}
    for file in SOURCES:
        assert not re.search(r"\b(echo|error)\b.*(PASSWORD|SECRET|TOKEN|Description)", file.read_text()), file


@pytest.mark.parametrize("words", ["'snapshot; id'", "'snapshot', '$(id)'", "'../x'", "'a', '--b=c'", "''", "'a', \"`id`\""])
def test_run_step_refuses_what_is_no_constant_word(jenkins, words):
    build = jenkins.run(jenkins.stages(f"stage('One') {{ steps {{ runStep {words} }} }}"))
    assert build.result == "FAILURE"
    assert any("constant words only" in line for line in build.lines)
    assert "[Pipeline] sh" not in build.lines


def test_secrets_of_an_environment_reach_its_steps_and_never_the_log(jenkins, tmp_path, monkeypatch):
    monkeypatch.setenv("ENVIRONMENT_SECRETS", "MYSQL_PASSWORD API_KEY")
    options = []
    for name, value in {"mysql-password": "pw-of-mysql", "api-key": "key-of-api"}.items():
        (tmp_path / name).write_text(value)
        options += ["--credential", f"athena-test-{name}={tmp_path / name}"]
    jenkins.steps.fails("snapshot", message="pw-of-mysql was rejected")
    build = jenkins.run("Jenkinsfile", *options)
    assert jenkins.steps.environment("preflight")["MYSQL_PASSWORD"] == "pw-of-mysql"
    assert jenkins.steps.environment("preflight")["API_KEY"] == "key-of-api"
    assert "pw-of-mysql" not in build.log
    assert build.result == "FAILURE"


def test_steps_are_found_in_the_current_installation_unless_the_agent_says_otherwise(jenkins):
    command = jenkins.command("Jenkinsfile", Environment="no-such-environment")
    at = command.index("--steps-home")
    del command[at:at + 2]
    environment = {name: value for name, value in os.environ.items() if name != "STEPS_HOME"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "+ exec /opt/environment-backup/current/bin/operation begin --kind backup" in done.stdout
